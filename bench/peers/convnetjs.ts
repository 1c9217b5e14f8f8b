/** ConvNetJS: it trains on one sample at a time, and has Adadelta where the others use Adam. */
import { createRequire } from "node:module";
import { type Preparation, serve } from "../worker.js";
import { folder, versionOf } from "./lib/package_version.js";

interface Net {
  makeLayers(layers: object[]): void;
}
const convnet = createRequire(`${folder}/package.json`)("convnetjs") as {
  Net: new () => Net;
  Vol: new (...sizes: (number | number[])[]) => object;
  Trainer: new (net: Net, options: object) => { train(x: object, y: number | number[]): object };
};

function step(input: readonly [number, number, number], hidden: object[], classes: number, batch: number): Preparation {
  return () => {
    const net = new convnet.Net();
    const [out_sx, out_sy, out_depth] = input;
    const last = classes === 1 ? { type: "regression", num_neurons: 1 } : { type: "softmax", num_classes: classes };
    net.makeLayers([{ type: "input", out_sx, out_sy, out_depth }, ...hidden, last]);
    const trainer = new convnet.Trainer(net, { method: "adadelta", batch_size: batch });
    const data = Array.from({ length: batch }, () => new convnet.Vol(...input));
    const target = (i: number) => (classes === 1 ? [i % 2] : i % classes);
    return { run: () => data.forEach((x, i) => void trainer.train(x, target(i))) };
  };
}

const fc = (num_neurons: number) => ({ type: "fc", num_neurons, activation: "relu" });
const conv = (filters: number) => ({ type: "conv", sx: 3, filters, stride: 1, pad: 1, activation: "relu" });
const pool = { type: "pool", sx: 2, stride: 2 };

await serve({
  version: versionOf("convnetjs"),
  workloads: {
    "article-step": step([1, 1, 30], [fc(64), fc(32)], 1, 32),
    mlp: step([1, 1, 784], [fc(512), fc(512)], 10, 128),
    cnn: step([28, 28, 1], [conv(32), pool, conv(64), pool], 10, 32),
  },
});
