// Parse PromQL and TraceQL by the grammars that Prometheus' and Grafana's editors use.
// Standard input: [{"language": "promql" | "traceql", "query": "…"}]; output: what each names.
import { readFileSync } from "node:fs";
import { parser as traceql } from "@grafana/lezer-traceql";
import { parser as promql } from "@prometheus-io/lezer-promql";

const WANTED = {
  Identifier: "names", // metrics in PromQL, attributes in TraceQL
  LabelName: "labels",
  VectorSelector: "selectors",
};

const read = ({ language, query }) => {
  const found = { wrong: "", names: [], labels: [], selectors: [] };
  (language === "promql" ? promql : traceql).parse(query).iterate({
    enter: ({ type, name, from, to }) => {
      const text = query.slice(from, to);
      if (type.isError) found.wrong ||= `at ${from}: ${query.slice(from) || "the end"}`;
      else if (WANTED[name]) found[WANTED[name]].push(text);
    },
  });
  return found;
};

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
