import { blockUntilReady, init, jit, lax, nn, numpy as np, random, valueAndGrad } from "@jax-js/jax";
import { importSeconds, peakMemory } from "../../measures.js";
import { type Point, type Prepared, serve } from "../../worker.js";
import { folder, versionOf } from "./package_version.js";

type A = np.Array;
type Params = A[];
/** The function that a training step is made of: everything it is given it owns, in the library's own way. */
type Loss = (params: Params, X: A, y: A) => A;
/** `jit`, or nothing. */
// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
type Wrap = <F extends (...args: any[]) => any>(f: F) => F;

let seed = 0;
const normal = (...shape: number[]): A => random.normal(random.key(seed++), shape);
const uniform = (bound: number, ...shape: number[]): A =>
  random.uniform(random.key(seed++), shape, { minval: -bound, maxval: bound });
const weights = (inputs: number, ...shape: number[]): A => uniform(1 / Math.sqrt(inputs), ...shape);

const [LR, BETA1, BETA2, EPS] = [0.001, 0.9, 0.999, 1e-8];

type State = [params: Params, m: Params, v: Params, t: A];

/** One step of training with Adam as a function of all that it reads, for `wrap` to compile. */
function step(wrap: Wrap, loss: Loss, initial: Params, X: A, y: A): Prepared {
  const train = wrap((state: State, X: A, y: A): [A, State] => {
    const [params] = state;
    const of = params.map((p) => p.ref);
    const [value, grads] = valueAndGrad(loss)(of, X, y) as unknown as [A, Params];
    return [value, adam(state, grads)];
  });
  const zeros = () => initial.map((p) => np.zeros(p.shape));
  let state: State = [initial, zeros(), zeros(), np.array(0)];
  let last: A = np.array(0);
  return {
    run: () => {
      last.dispose();
      [last, state] = train(state, X.ref, y.ref);
    },
    // steps that nobody waits for pile up, and each costs more than the one before
    each: () => blockUntilReady([last, state]),
  };
}

function adam([params, m, v, t]: State, grads: Params): State {
  const now = t.add(1);
  const correction1 = np
    .exp(now.ref.mul(Math.log(BETA1)))
    .mul(-1)
    .add(1);
  const correction2 = np
    .exp(now.ref.mul(Math.log(BETA2)))
    .mul(-1)
    .add(1);
  const m1 = m.map((m, i) => m.mul(BETA1).add(grads[i].ref.mul(1 - BETA1)));
  const v1 = v.map((v, i) => v.mul(BETA2).add(grads[i].ref.mul(grads[i]).mul(1 - BETA2)));
  const after = params.map((p, i) => {
    const denominator = np.sqrt(v1[i].ref.div(correction2.ref)).add(EPS);
    return p.sub(m1[i].ref.div(correction1.ref).mul(LR).div(denominator));
  });
  correction1.dispose();
  correction2.dispose();
  return [after, m1, v1, now];
}

const linear = (inputs: number, outputs: number): Params => [
  weights(inputs, inputs, outputs),
  weights(inputs, outputs),
];

/** Linear layers with ReLU between them. */
function perceptron(params: Params, x: A): A {
  for (let i = 0; i < params.length; i += 2) {
    x = np.matmul(x, params[i]).add(params[i + 1]);
    if (i + 2 < params.length) x = nn.relu(x);
  }
  return x;
}

function crossEntropy(logits: A, labels: A): A {
  const n = logits.shape[0];
  return nn
    .logSoftmax(logits, -1)
    .mul(labels)
    .sum()
    .mul(-1 / n);
}

const layers = (sizes: readonly number[]): Params => sizes.slice(1).flatMap((size, i) => linear(sizes[i], size));
const labels = (n: number, classes: number): A =>
  nn.oneHot(np.array(Int32Array.from({ length: n }, () => Math.floor(Math.random() * classes))), classes);

function binaryLoss(params: Params, X: A, y: A): A {
  const p = nn.sigmoid(perceptron(params, X));
  const all = y.ref.mul(np.log(p.ref)).add(
    y
      .mul(-1)
      .add(1)
      .mul(np.log(p.mul(-1).add(1))),
  );
  return all.mean().mul(-1);
}

const classLoss: Loss = (params, X, y) => crossEntropy(perceptron(params, X), y);

const pool = (x: A): A => {
  const [n, c, h, w] = x.shape;
  return x.reshape([n, c, h / 2, 2, w / 2, 2]).max([3, 5]);
};

const cnnLoss: Loss = ([k1, b1, k2, b2, w, b], X, y) => {
  const conv = (x: A, kernel: A, bias: A) =>
    nn.relu(
      lax
        .conv(
          x,
          kernel,
          [1, 1],
          [
            [1, 1],
            [1, 1],
          ],
        )
        .add(bias.reshape([-1, 1, 1])),
    );
  const features = pool(conv(pool(conv(X, k1, b1)), k2, b2));
  return crossEntropy(np.matmul(features.reshape([features.shape[0], -1]), w).add(b), y);
};

/** jax-js as a contender, with steps and functions compiled by `jit` or as they are. */
export async function serveJax(compiled: boolean): Promise<void> {
  await init("wasm");
  const wrap: Wrap = (f) => (compiled ? (jit(f as never) as unknown as typeof f) : f);
  const binary: Point = (batch) => ofSizes([30, 64, 32, 1], batch);
  const ofSizes = (sizes: number[], batch: number): Prepared => {
    const y = np.array(Float32Array.from({ length: batch }, () => Math.round(Math.random()))).reshape([batch, 1]);
    return step(wrap, binaryLoss, layers(sizes), normal(batch, sizes[0]), y);
  };
  const classifier = (sizes: number[], batch: number): Prepared =>
    step(wrap, classLoss, layers(sizes), normal(batch, sizes[0]), labels(batch, sizes[sizes.length - 1]));
  const mlp = () => classifier([784, 512, 512, 10], 128);
  const cnn = (): Prepared => {
    const params = [weights(9, 32, 1, 3, 3), weights(9, 32), weights(288, 64, 32, 3, 3), weights(288, 64)];
    return step(wrap, cnnLoss, [...params, ...linear(3136, 10)], normal(32, 1, 28, 28), labels(32, 10));
  };

  /** A function of arrays, waited for each time: what is let go of before would not be computed. */
  const repeated = (f: () => A | A[]): Prepared => {
    let last = [f()].flat();
    return {
      run: () => {
        for (const array of last) array.dispose();
        last = [f()].flat();
      },
      each: () => blockUntilReady(last),
    };
  };
  const matmul = (n: number) => () => {
    const [a, b] = [normal(n, n), normal(n, n)];
    const f = wrap((a: A, b: A) => np.matmul(a, b));
    return repeated(() => f(a.ref, b.ref));
  };
  const million = (f: (a: A, b: A, row: A) => A) => () => {
    const [a, b, row] = [normal(1000, 1000), normal(1000, 1000), normal(1000)];
    const g = wrap(f);
    return repeated(() => g(a.ref, b.ref, row.ref));
  };
  const only = (f: (a: A) => A) =>
    million((a, b, row) => {
      b.dispose();
      row.dispose();
      return f(a);
    });
  const chain: Point = (length) => {
    const product = (a: A, b: A): A => {
      let c = a;
      for (let i = 0; i < length; i++) c = c.mul(b.ref);
      return c.mul(b).sum();
    };
    const f = wrap((a: A, b: A) => valueAndGrad(product, { argnums: [0, 1] })(a, b) as unknown as [A, [A, A]]);
    const [a, b] = [normal(4), np.ones([4])];
    return repeated(() => {
      const [value, grads] = f(a.ref, b.ref);
      return [value, ...grads];
    });
  };

  await serve({
    version: versionOf("@jax-js/jax"),
    workloads: {
      "article-step": () => binary(32),
      mlp,
      cnn,
      memory: () => async () => {
        const { run, each } = mlp();
        for (let i = 0; i < 200; i++) {
          run();
          await each?.();
        }
        return peakMemory();
      },
      ...Object.fromEntries([64, 128, 256, 512, 1024].map((n) => [`matmul-${n}`, matmul(n)])),
      add: million((a, b, row) => {
        row.dispose();
        return a.add(b);
      }),
      relu: only((a) => nn.relu(a)),
      exp: only((a) => np.exp(a)),
      broadcast: million((a, b, row) => {
        b.dispose();
        return nn.relu(a.ref.mul(row).add(a));
      }),
      sum: only((a) => a.sum()),
      "sum-rows": only((a) => a.sum(0)),
      "sum-columns": only((a) => a.sum(1)),
      "small-add": () => {
        const [a, b] = [normal(4), normal(4)];
        const f = wrap((a: A, b: A) => a.add(b));
        return repeated(() => f(a.ref, b.ref));
      },
      chain: () => chain(100),
      import: () => () => importSeconds(["@jax-js/jax"], folder),
    },
    curves: {
      "by-batch": binary,
      "by-width": (n) => classifier([n, n, n, 10], 32),
      "by-depth": (depth) => ofSizes([30, ...new Array<number>(depth).fill(64), 1], 32),
      "by-length": chain,
    },
  });
}
