import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import progress from "cli-progress";
import { nn, type Tensor, torch } from "rushlight";
import { count, options, seed } from "./script.js";
import { DataError } from "./table.js";

/** The characters of a text, numbered in order. */
export class Alphabet {
  readonly characters: readonly string[];
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(text: string) {
    this.characters = [...new Set(text)].sort();
    this.numbers = new Map(this.characters.map((c, i) => [c, i]));
  }

  /** The numbers of the characters of `text`, int64. */
  encode(text: string): Tensor {
    return torch.tensor(
      Array.from(text, (c) => this.numbers.get(c)!),
      { dtype: torch.int64 },
    );
  }

  /** The text of a list of numbers. */
  decode(numbers: Tensor): string {
    return (numbers.tolist() as number[]).map((i) => this.characters[i]).join("");
  }
}

/** A text in numbers, cut in two: nine tenths to learn from, the rest to test with. */
export interface Corpus {
  readonly alphabet: Alphabet;
  readonly train: Tensor;
  readonly validation: Tensor;
}

/** Reads a text that has at least `least` characters in each part. */
export function readCorpus(path: string, least: number): Corpus {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new DataError(`cannot read ${path}: ${(error as Error).message}`);
  }
  const alphabet = new Alphabet(text);
  const all = alphabet.encode(text);
  const cut = Math.floor(0.9 * all.length);
  if (all.length - cut < least) throw new DataError(`${path} is too short: a tenth of it must be ${least} characters`);
  return { alphabet, train: all.narrow(0, 0, cut), validation: all.narrow(0, cut, all.length - cut) };
}

/** `count` random pieces of `length` characters, and the same pieces one character later. */
export function randomPieces(data: Tensor, count: number, length: number): [x: Tensor, y: Tensor] {
  const starts = torch.randint(data.length - length, [count]).tolist() as number[];
  const pieces = (shift: number) => torch.stack(starts.map((start) => data.narrow(0, start + shift, length)));
  return [pieces(0), pieces(1)];
}

/** All pieces of `length` characters one after another, and the same pieces one character later. */
export function allPieces(data: Tensor, length: number): [x: Tensor, y: Tensor] {
  const count = Math.floor((data.length - 1) / length);
  const pieces = (shift: number) => data.narrow(0, shift, count * length).view(count, length);
  return [pieces(0), pieces(1)];
}

/** What a script that learns to write is told on the command line. */
export interface Settings {
  readonly seed: bigint;
  readonly steps: number;
  /** A report after so many steps. */
  readonly every: number;
  /** How many characters to write at the end. */
  readonly length: number;
  readonly text: string;
}

/** Reads the command line. */
export function settings(): Settings {
  const text = fileURLToPath(new URL("../data/opticks-queries.txt", import.meta.url));
  const args = options({ seed: "1730", steps: "500", every: "50", length: "400", text });
  return {
    seed: seed("seed", args.seed),
    steps: count("steps", args.steps),
    every: count("every", args.every),
    length: count("length", args.length),
    text: args.text,
  };
}

/** How a model learns from a text. */
interface Course {
  readonly corpus: Corpus;
  /** The logits (N, T, characters) of the characters that follow those of (N, T). */
  readonly predict: (ids: Tensor) => Tensor;
  /** One step of training on a loss. */
  readonly learn: (loss: Tensor) => void;
  /** Pieces of so many characters, and how many of them make a batch. */
  readonly context: number;
  readonly batch_size: number;
}

/** Trains on random pieces. Prints the mean loss since the last report, and the loss on the text held back. */
export function train(course: Course, { steps, every }: Settings): void {
  const { corpus, predict, learn, context, batch_size } = course;
  const lossOf = (x: Tensor, y: Tensor) => nn.functional.cross_entropy(predict(x).flatten(0, 1), y.flatten());
  const [heldX, heldY] = allPieces(corpus.validation, context);
  for (let done = 0; done < steps; ) {
    const until = Math.min(done + every, steps);
    // a bar on a terminal until the next report is due
    const bar = new progress.SingleBar({
      format: "{bar} step {value}, {eta_formatted} to step {total}",
      clearOnComplete: true,
    });
    bar.start(until, done);
    const losses: number[] = [];
    for (; done < until; done++, bar.increment()) {
      const loss = lossOf(...randomPieces(corpus.train, batch_size, context));
      learn(loss);
      losses.push(loss.item());
    }
    bar.stop();
    const mean = losses.reduce((a, b) => a + b) / losses.length;
    const held = torch.no_grad(() => lossOf(heldX, heldY).item());
    console.log(`step ${done}: training loss ${mean.toFixed(4)}, validation loss ${held.toFixed(4)}`);
  }
}
