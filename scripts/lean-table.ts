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

/** The entry, if this is the call that makes one: `op(signature)(entry)`. */
function entryIn({ type, callee, arguments: args }: Node): Node | null {
  const outer = type === "CallExpression" && isNode(callee) && callee.type === "CallExpression" ? callee.callee : null;
  return isNode(outer) && outer.name === "op" ? (args as readonly Node[])[0] : null;
}

/** What an entry of the op table has for the tests, and the package does without. */
const forTests = ["samples", "domain", "example"];

function propertiesForTests(entry: Node): readonly Node[] {
  let object = entry;
  while (isNode(object.expression)) object = object.expression;
  const properties = (object.properties ?? []) as readonly Node[];
  return properties.filter(({ key }) => isNode(key) && forTests.includes(String(key.name)));
}

/**
 * Makes the op table quick to load: an entry becomes a function that makes it at the first use, for a program uses few of
 * them, and loses what only tests read.
 */
export const leanTable: Plugin = {
  name: "lean-table",
  transform(code, id, { magicString }) {
    if (!magicString || !/^[^./\\]+\.ts$/.test(relative(join("src", "tensor", "ops"), id))) return null;
    for (const node of nodesIn(parseAst(code, { lang: "ts" }))) {
      const entry = entryIn(node);
      if (entry === null) continue;
      magicString.appendRight(entry.start, "function () { return ").appendLeft(entry.end, "; }");
      for (const { start, end } of propertiesForTests(entry))
        magicString.remove(start, code[end] === "," ? end + 1 : end);
    }
    return { code: magicString };
  },
};
