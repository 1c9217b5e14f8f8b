import { nn, optim, type Tensor, torch } from "rushlight";
import { peakMemory } from "../measures.js";
import type { Point, Preparation, Prepared } from "../worker.js";

type Criterion = (output: Tensor, target: Tensor) => Tensor;

/** One step of training on one batch. */
function step(model: nn.Module, criterion: Criterion, X: Tensor, y: Tensor): Prepared {
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.001 });
  const run = () => {
    const loss = criterion(model(X), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  };
  return { run };
}

/** The article's network: the sizes of its layers, ReLU between them and a sigmoid at the end. */
function binary(sizes: readonly number[], batch: number): Prepared {
  torch.manual_seed(0);
  const layers = perceptron(sizes);
  const model = new nn.Sequential(...layers, new nn.Sigmoid());
  return step(model, new nn.BCELoss(), torch.randn(batch, sizes[0]), torch.rand(batch, 1).round());
}

/** A network that tells classes apart. */
function classifier(sizes: readonly number[], batch: number): Prepared {
  torch.manual_seed(0);
  const model = new nn.Sequential(...perceptron(sizes));
  const labels = torch.randint(sizes[sizes.length - 1], [batch]);
  return step(model, torch.nn.functional.cross_entropy, torch.randn(batch, sizes[0]), labels);
}

function perceptron(sizes: readonly number[]): nn.Module[] {
  return sizes.slice(1).flatMap((size, i) => {
    const linear = new nn.Linear(sizes[i], size);
    return i === 0 ? [linear] : [new nn.ReLU(), linear];
  });
}

function cnn(): Prepared {
  torch.manual_seed(0);
  const model = new nn.Sequential(
    new nn.Conv2d(1, 32, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(32, 64, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(64 * 7 * 7, 10),
  );
  return step(model, torch.nn.functional.cross_entropy, torch.randn(32, 1, 28, 28), torch.randint(10, [32]));
}

const mlp = () => classifier([784, 512, 512, 10], 128);

export const training: Readonly<Record<string, Preparation>> = {
  "article-step": () => binary([30, 64, 32, 1], 32),
  mlp,
  cnn,
  memory: () => () => {
    const { run } = mlp();
    for (let i = 0; i < 200; i++) run();
    return peakMemory();
  },
};

/** Steps of growing size. */
export const trainingCurves: Readonly<Record<string, Point>> = {
  "by-batch": (batch) => binary([30, 64, 32, 1], batch),
  "by-width": (n) => classifier([n, n, n, 10], 32),
  "by-depth": (layers) => binary([30, ...new Array<number>(layers).fill(64), 1], 32),
};
