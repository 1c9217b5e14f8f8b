import { createRequire } from "node:module";
import { dirname } from "node:path";
import type * as TF from "@tensorflow/tfjs";
import type { Tensor, Variable } from "@tensorflow/tfjs";
import { importSeconds, peakMemory } from "../../measures.js";
import { type Point, type Prepared, serve } from "../../worker.js";
import { folder, versionOf } from "./package_version.js";

const require = createRequire(`${folder}/package.json`);

/** TensorFlow.js as a contender, in its low-level form: variables, an optimizer, `tidy`. */
export async function serveTfjs(backend: "wasm" | "cpu"): Promise<void> {
  // the builds for Node find each other only as CommonJS
  const tf: typeof TF = require("@tensorflow/tfjs");
  if (backend === "wasm") {
    const wasm = require("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  }
  tf.env().set("PROD", true);
  await tf.setBackend(backend);

  const variable = (inputs: number, ...shape: number[]): Variable => {
    const bound = 1 / Math.sqrt(inputs);
    return tf.variable(tf.randomUniform(shape, -bound, bound));
  };
  const labels = (n: number, classes: number): Tensor =>
    tf.oneHot(
      tf.tensor1d(
        Int32Array.from({ length: n }, () => Math.floor(Math.random() * classes)),
        "int32",
      ),
      classes,
    );

  function step(variables: Variable[], loss: () => Tensor): Prepared {
    const optimizer = tf.train.adam(0.001);
    const run = () => {
      tf.tidy(() => void optimizer.minimize(() => loss().asScalar(), false, variables));
    };
    return { run, finish: () => void variables[0].dataSync() };
  }

  function perceptron(sizes: readonly number[]): { variables: Variable[]; forward: (x: Tensor) => Tensor } {
    const variables = sizes
      .slice(1)
      .flatMap((size, i) => [variable(sizes[i], sizes[i], size), variable(sizes[i], size)]);
    const forward = (x: Tensor) => {
      for (let i = 0; i < variables.length; i += 2) {
        x = tf.add(tf.matMul(x as TF.Tensor2D, variables[i] as Tensor as TF.Tensor2D), variables[i + 1]);
        if (i + 2 < variables.length) x = tf.relu(x);
      }
      return x;
    };
    return { variables, forward };
  }

  const binaryOf = (sizes: number[], batch: number): Prepared => {
    const { variables, forward } = perceptron(sizes);
    const X = tf.randomNormal([batch, sizes[0]]);
    const y = tf.round(tf.randomUniform([batch, 1]));
    return step(variables, () => tf.losses.logLoss(y, tf.sigmoid(forward(X))));
  };
  const classifier = (sizes: number[], batch: number): Prepared => {
    const { variables, forward } = perceptron(sizes);
    const X = tf.randomNormal([batch, sizes[0]]);
    const y = labels(batch, sizes[sizes.length - 1]);
    return step(variables, () => tf.losses.softmaxCrossEntropy(y, forward(X)));
  };
  const mlp = () => classifier([784, 512, 512, 10], 128);

  function cnn(): Prepared {
    const conv1 = [variable(9, 3, 3, 1, 32), variable(9, 32)];
    const conv2 = [variable(288, 3, 3, 32, 64), variable(288, 64)];
    const linear = [variable(3136, 3136, 10), variable(3136, 10)];
    const X = tf.randomNormal<TF.Rank.R4>([32, 28, 28, 1]);
    const y = labels(32, 10);
    const layer = (x: TF.Tensor4D, [kernel, bias]: Variable[]): TF.Tensor4D =>
      tf.maxPool(tf.relu(tf.add(tf.conv2d(x, kernel as Tensor as TF.Tensor4D, 1, "same"), bias)), 2, 2, "valid");
    const logits = () => {
      const features = layer(layer(X, conv1), conv2).reshape([32, 3136]) as TF.Tensor2D;
      return tf.add(tf.matMul(features, linear[0] as Tensor as TF.Tensor2D), linear[1]);
    };
    return step([...conv1, ...conv2, ...linear], () => tf.losses.softmaxCrossEntropy(y, logits()));
  }

  /** A function of tensors; the results are let go of. */
  const repeated = (f: () => Tensor): Prepared => {
    let last = f();
    const run = () => {
      last.dispose();
      last = tf.tidy(f);
    };
    return { run, finish: () => void last.dataSync() };
  };
  const matmul = (n: number) => () => {
    const [a, b] = [tf.randomNormal([n, n]) as TF.Tensor2D, tf.randomNormal([n, n]) as TF.Tensor2D];
    return repeated(() => tf.matMul(a, b));
  };
  const million = (f: (a: Tensor, b: Tensor, row: Tensor) => Tensor) => () => {
    const [a, b, row] = [tf.randomNormal([1000, 1000]), tf.randomNormal([1000, 1000]), tf.randomNormal([1000])];
    return repeated(() => f(a, b, row));
  };
  const chain: Point = (length) => {
    const [a, b] = [tf.randomNormal([4]), tf.ones([4])];
    const product = (a: Tensor, b: Tensor) => {
      let c = a;
      for (let i = 0; i < length; i++) c = tf.mul(c, b);
      return c;
    };
    const grads = tf.grads(product);
    return repeated(() => grads([a, b], b)[0]);
  };

  await serve({
    version: versionOf("@tensorflow/tfjs"),
    workloads: {
      "article-step": () => binaryOf([30, 64, 32, 1], 32),
      mlp,
      cnn,
      memory: () => () => {
        const { run, finish } = mlp();
        for (let i = 0; i < 200; i++) run();
        finish?.();
        return peakMemory();
      },
      ...Object.fromEntries([64, 128, 256, 512, 1024].map((n) => [`matmul-${n}`, matmul(n)])),
      add: million((a, b) => tf.add(a, b)),
      relu: million((a) => tf.relu(a)),
      exp: million((a) => tf.exp(a)),
      broadcast: million((a, _, row) => tf.relu(tf.add(tf.mul(a, row), a))),
      sum: million((a) => tf.sum(a)),
      "sum-rows": million((a) => tf.sum(a, 0)),
      "sum-columns": million((a) => tf.sum(a, 1)),
      "small-add": () => {
        const [a, b] = [tf.randomNormal([4]), tf.randomNormal([4])];
        return repeated(() => tf.add(a, b));
      },
      chain: () => chain(100),
      import: () => () =>
        importSeconds([`@tensorflow/tfjs`, ...(backend === "wasm" ? ["@tensorflow/tfjs-backend-wasm"] : [])], folder),
    },
    curves: {
      "by-batch": (batch) => binaryOf([30, 64, 32, 1], batch),
      "by-width": (n) => classifier([n, n, n, 10], 32),
      "by-depth": (depth) => binaryOf([30, ...new Array<number>(depth).fill(64), 1], 32),
      "by-length": chain,
    },
  });
}
