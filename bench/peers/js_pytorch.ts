/** js-pytorch on the CPU. */
import { createRequire } from "node:module";
import type { torch as Torch } from "js-pytorch";
import { type Prepared, serve } from "../worker.js";
import { folder, versionOf } from "./lib/package_version.js";

const { torch } = createRequire(`${folder}/package.json`)("js-pytorch") as { torch: typeof Torch };
const { nn, optim } = torch;
type Tensor = InstanceType<typeof torch.Tensor>;

class Perceptron extends nn.Module {
  private readonly layers: InstanceType<typeof nn.Linear>[];
  private readonly relu = new nn.ReLU();

  constructor(sizes: readonly number[]) {
    super();
    this.layers = sizes.slice(1).map((size, i) => new nn.Linear(sizes[i], size, "cpu", true, true));
    this.layers.forEach((layer, i) => Object.assign(this, { [`layer${i}`]: layer }));
  }

  forward(x: Tensor): Tensor {
    this.layers.forEach((layer, i) => {
      x = layer.forward(x);
      if (i + 1 < this.layers.length) x = this.relu.forward(x);
    });
    return x;
  }
}

function step(sizes: readonly number[], batch: number, loss: (out: Tensor, y: Tensor) => Tensor, y: Tensor): Prepared {
  const model = new Perceptron(sizes);
  const optimizer = new optim.Adam(model.parameters(), 0.001, 0);
  const X = torch.randn([batch, sizes[0]]);
  const run = () => {
    loss(model.forward(X), y).backward();
    optimizer.step();
    optimizer.zero_grad();
  };
  return { run };
}

/** It has no sigmoid and no binary cross-entropy: both written out. */
function binaryLoss(out: Tensor, y: Tensor): Tensor {
  const p = out.mul(-1).exp().add(1).pow(-1);
  const all = y.mul(torch.log(p)).add(
    y
      .mul(-1)
      .add(1)
      .mul(torch.log(p.mul(-1).add(1))),
  );
  return all.mean(0).mul(-1);
}

await serve({
  version: versionOf("js-pytorch"),
  workloads: {
    "article-step": () => step([30, 64, 32, 1], 32, binaryLoss, torch.randint(0, 2, [32, 1])),
    mlp: () => {
      const criterion = new nn.CrossEntropyLoss();
      return step([784, 512, 512, 10], 128, (out, y) => criterion.forward(out, y), torch.randint(0, 10, [128]));
    },
    "small-add": () => {
      const [a, b] = [torch.randn([4], true), torch.randn([4], true)];
      return { run: () => void a.add(b) };
    },
    chain: () => {
      const [a, b] = [torch.randn([4], true), torch.ones([4], true)];
      const run = () => {
        let c: Tensor = a;
        for (let i = 0; i < 100; i++) c = c.mul(b);
        c.backward();
        c.zero_grad_graph();
      };
      return { run };
    },
  },
});
