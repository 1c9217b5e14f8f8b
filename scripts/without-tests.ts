import { join, relative } from "node:path";
import type { Plugin } from "rolldown";
import { parseAst } from "rolldown/parseAst";

/** A node of a syntax tree: what it is called, where it stands, and its parts. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

function* nodesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const part of value) yield* nodesIn(part);
  else if (isNode(value)) {
    yield value;
    for (const part of Object.values(value)) if (typeof part === "object") yield* nodesIn(part);
  }
}

/** The properties of the entry, if this is the call that makes one: `op(signature)({ ... })`. */
function propertiesOfEntry({ type, callee, arguments: args }: Node): readonly Node[] {
  const outer = type === "CallExpression" && isNode(callee) && callee.type === "CallExpression" ? callee.callee : null;
  if (!isNode(outer) || outer.name !== "op") return [];
  let [entry] = args as readonly Node[];
  while (isNode(entry.expression)) entry = entry.expression;
  return (entry.properties ?? []) as readonly Node[];
}

/** What an entry of the op table has for the tests, and the package does without. */
const forTests = ["samples", "domain", "example"];

/** Blanks the parts of the op table that only tests read. All else stays where it is, so that source maps hold. */
export const withoutTests: Plugin = {
  name: "without-tests",
  transform(code, id) {
    if (!relative(join("src", "tensor", "ops"), id).match(/^[^./\\]+\.ts$/)) return null;
    let text = code;
    for (const node of nodesIn(parseAst(code, { lang: "ts" }))) {
      for (const { start, end, key } of propertiesOfEntry(node)) {
        if (!isNode(key) || !forTests.includes(String(key.name))) continue;
        const past = code[end] === "," ? end + 1 : end;
        text = text.slice(0, start) + text.slice(start, past).replace(/[^\n]/g, " ") + text.slice(past);
      }
    }
    return { code: text, map: null };
  },
};
