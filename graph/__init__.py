"""The state machine of a turn: state, nodes, routes, and the protocols its parts fill."""
