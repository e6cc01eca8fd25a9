"""Grafana's dashboards as code, and the way to put them and the alerts into a Grafana."""
