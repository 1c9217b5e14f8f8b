import { type Tensor, torch } from "rushlight";

/** A program of scripts/reference/autograd_texts.py: returns what it finds, or throws. */
export type Programs = Readonly<Record<string, () => unknown>>;

/** A float32 leaf, by default [1, 2, 3]. */
export const leaf = (...values: number[]): Tensor =>
  torch.tensor(values.length > 0 ? values : [1, 2, 3], { dtype: torch.float32, requires_grad: true });

/** Runs `body` with a list in which it notes what it sees. */
export function watching(body: (seen: unknown[]) => unknown[]): unknown[] {
  const seen: unknown[] = [];
  return [seen, ...body(seen)];
}
