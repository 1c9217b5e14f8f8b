import { RuntimeError } from "../../python/errors.js";
import { op } from "../op.js";
import type { Tensor } from "../tensor.js";

/**
 * Einstein's summation: each operand's dimensions are named by letters, those missing after `->` are summed over.
 * `"ij,jk->ik"` is a matrix product, `"ii->i"` a diagonal, `"b...i,b...i->b..."` a batch of dot products. Without `->`
 * the result has the letters that occur once, in alphabetical order, after those of `...`.
 */
export const einsum = op("einsum(str equation, Tensor... operands) -> Tensor")({
  composite: (equation, operands) => {
    const { inputs, output } = parse(equation, operands);
    const terms = operands.map((operand, i) => {
      const labels = [...inputs[i]];
      return { tensor: diagonals(operand, labels, i), labels };
    });
    checkSizes(terms);
    let [term, ...rest] = terms;
    for (let i = 0; i <= rest.length; i++) {
      const needed = new Set([...output, ...rest.slice(i).flatMap((t) => t.labels)]);
      term = summed(term, needed);
      if (i < rest.length)
        term = contract(term, rest[i], new Set([...output, ...rest.slice(i + 1).flatMap((t) => t.labels)]));
    }
    return term.tensor.permute(output.map((label) => term.labels.indexOf(label)));
  },
  samples: [
    {
      equation: "ij,jk->ik",
      operands: [
        [2, 3],
        [3, 4],
      ],
    },
    { equation: "bij,bjk,k", operands: [[2, 3, 2], [2, 2, 3], [3]] },
    { equation: "ii->i", operands: [[3, 3]] },
    {
      equation: "...i,...i->...",
      operands: [
        [2, 3],
        [1, 3],
      ],
    },
  ],
  example: ['torch.einsum("i,j->ij", torch.tensor([1, 2]), torch.tensor([3, 4]))', "tensor([[3, 4],\n        [6, 8]])"],
});

/** A tensor with a name for each dimension: a letter, or `.0`, `.1`, ... for the dimensions of `...` from the right. */
interface Term {
  readonly tensor: Tensor;
  readonly labels: string[];
}

/** The names of all dimensions of the operands and of the result. */
function parse(equation: string, operands: readonly Tensor[]): { inputs: string[][]; output: string[] } {
  const [left, right] = equation.replaceAll(" ", "").split("->") as [string, string | undefined];
  const parts = left.split(",");
  if (parts.length !== operands.length) {
    const amount = parts.length > operands.length ? "fewer" : "more";
    throw new RuntimeError(`einsum(): ${amount} operands were provided than specified in the equation`);
  }
  const inputs = parts.map((part, i) => labelsOf(part, operands[i].ndim, i, equation));
  const ellipsis = inputs.flat().filter((label) => label.startsWith("."));
  const hidden = [...new Set(ellipsis)].sort().reverse();
  if (right !== undefined) return { inputs, output: outputLabels(right, hidden, inputs) };
  const letters = inputs.flat().filter((label) => !label.startsWith("."));
  const once = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return { inputs, output: [...hidden, ...once.sort()] };
}

function labelsOf(part: string, ndim: number, operand: number, equation: string): string[] {
  const pieces = part.split("...");
  const letters = pieces.join("");
  const stray = [...letters].find((c) => !/[a-zA-Z]/.test(c));
  if (stray === "." || pieces.length > 2) {
    throw new RuntimeError(`einsum(): found '.' for operand ${operand} that is not part of any ellipsis`);
  }
  if (stray !== undefined) {
    throw new RuntimeError(
      `einsum(): invalid subscript given at index ${equation.indexOf(stray)} in the equation string, subscripts must be in [a-zA-Z]`,
    );
  }
  const hidden = ndim - letters.length;
  if (pieces.length === 1 ? hidden !== 0 : hidden < 0) {
    throw new RuntimeError(
      `einsum(): the number of subscripts in the equation (${letters.length}) ${pieces.length === 1 ? "does not match" : "is more than"} the number of dimensions (${ndim}) for operand ${operand}${pieces.length === 1 ? " and no ellipsis was given" : ""}`,
    );
  }
  const dots = Array.from({ length: pieces.length === 1 ? 0 : hidden }, (_, i) => `.${hidden - 1 - i}`);
  return [...pieces[0], ...dots, ...(pieces[1] ?? "")];
}

function outputLabels(right: string, hidden: readonly string[], inputs: readonly string[][]): string[] {
  const [before, after = ""] = right.split("...") as [string, string | undefined];
  const output = right.includes("...") ? [...before, ...hidden, ...after] : [...right];
  for (const label of output) {
    if (output.indexOf(label) !== output.lastIndexOf(label)) {
      throw new RuntimeError(`einsum(): output subscript ${label} appears more than once in the output`);
    }
    if (!inputs.some((labels) => labels.includes(label))) {
      throw new RuntimeError(
        `einsum(): output subscript ${label} does not appear in the equation for any input operand`,
      );
    }
  }
  return output;
}

/** An operand in which a letter stands twice is its diagonal; takes the second away from `labels`. */
function diagonals(operand: Tensor, labels: string[], index: number): Tensor {
  let tensor = operand;
  for (let d = 0; d < labels.length; d++) {
    const first = labels.indexOf(labels[d]);
    if (first === d) continue;
    if (tensor.shape[first] !== tensor.shape[d]) {
      throw new RuntimeError(
        `einsum(): subscript ${labels[d]} is repeated for operand ${index} but the sizes don't match, ${tensor.shape[d]} != ${tensor.shape[first]}`,
      );
    }
    tensor = tensor.diagonal(0, first, d).movedim(-1, first);
    labels.splice(d, 1);
    d--;
  }
  return tensor;
}

/** One size a letter, or 1, which stretches. */
function checkSizes(terms: readonly Term[]): void {
  const sizes = new Map<string, number>();
  terms.forEach(({ tensor, labels }, i) => {
    labels.forEach((label, d) => {
      const [size, seen] = [tensor.shape[d], sizes.get(label) ?? 1];
      if (size !== seen && size !== 1 && seen !== 1) {
        throw new RuntimeError(
          `einsum(): subscript ${label} has size ${size} for operand ${i} which does not broadcast with previously seen size ${seen}`,
        );
      }
      sizes.set(label, Math.max(size, seen));
    });
  });
}

/** Sums over the dimensions that nobody needs any more. */
function summed({ tensor, labels }: Term, needed: ReadonlySet<string>): Term {
  const over = labels.flatMap((label, d) => (needed.has(label) ? [] : [d]));
  if (over.length === 0) return { tensor, labels };
  return { tensor: tensor.sum(over), labels: labels.filter((label) => needed.has(label)) };
}

/**
 * The product of two terms, summed over what is not `needed` afterwards, as a batch of matrix products: dimensions of
 * both that stay are the batch, dimensions of both that go are the inner ones, the others are rows and columns.
 */
function contract(x: Term, y: Term, needed: ReadonlySet<string>): Term {
  y = summed(y, new Set([...needed, ...x.labels]));
  const shared = x.labels.filter((label) => y.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const rows = x.labels.filter((label) => !shared.includes(label));
  const columns = y.labels.filter((label) => !shared.includes(label));
  const size = (label: string) => Math.max(sizeOf(x, label), sizeOf(y, label));
  const numel = (labels: readonly string[]) => labels.reduce((n, label) => n * size(label), 1);
  const arranged = (term: Term, groups: readonly string[][]) => {
    const order = groups.flat();
    const stretched = order.map((label) => (shared.includes(label) ? size(label) : sizeOf(term, label)));
    const tensor = term.tensor.permute(order.map((label) => term.labels.indexOf(label))).expand(stretched);
    return tensor.reshape(groups.map(numel));
  };
  const tensor = arranged(x, [batch, rows, inner]).bmm(arranged(y, [batch, inner, columns]));
  const labels = [...batch, ...rows, ...columns];
  return { tensor: tensor.reshape(labels.map(size)), labels };
}

const sizeOf = ({ tensor, labels }: Term, label: string): number => tensor.shape[labels.indexOf(label)] ?? 1;
