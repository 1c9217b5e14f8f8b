import { Generator } from "./generator.js";

/**
 * The generators that a loader or a sampler draws from, each once: its own and those of its samplers. Null for an object
 * that is neither.
 */
export function generatorsOf(owner: unknown): Generator[] | null {
  const found = new Set<Generator>();
  let known = false;
  const visit = (x: unknown): void => {
    if (typeof x !== "object" || x === null) return;
    const { generator, sampler, batch_sampler } = x as Record<string, unknown>;
    known ||= "generator" in x;
    if (generator instanceof Generator) found.add(generator);
    visit(sampler);
    visit(batch_sampler);
  };
  visit(owner);
  return known ? [...found] : null;
}
