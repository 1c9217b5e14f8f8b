/** brain.js: it trains on one sample at a time, so a step is as many as the batch has. */
import { createRequire } from "node:module";
import { type Preparation, serve } from "../worker.js";
import { folder, versionOf } from "./lib/package_version.js";

const brain = createRequire(`${folder}/package.json`)("brain.js") as {
  NeuralNetwork: new (options: object) => { train(data: object[], options: object): object };
};

function step(inputs: number, hiddenLayers: number[], outputs: number, batch: number): Preparation {
  return () => {
    const net = new brain.NeuralNetwork({ inputSize: inputs, hiddenLayers, outputSize: outputs, activation: "relu" });
    const data = Array.from({ length: batch }, (_, i) => ({
      input: Float32Array.from({ length: inputs }, () => Math.random()),
      output: Float32Array.from({ length: outputs }, (_, j) => (i % outputs === j ? 1 : 0)),
    }));
    const options = { iterations: 1, errorThresh: 1e-9, praxis: "adam", learningRate: 0.001, errorCheckInterval: 1e9 };
    return { run: () => void net.train(data, options) };
  };
}

await serve({
  version: versionOf("brain.js"),
  workloads: { "article-step": step(30, [64, 32], 1, 32), mlp: step(784, [512, 512], 10, 128) },
});
