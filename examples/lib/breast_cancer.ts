import { data, lr_scheduler, nn, optim, type Tensor, torch } from "rushlight";
import type { MakeScheduler } from "./schedulers.js";
import { column, columns, DataError, numbers, readTable, type Table } from "./table.js";

const measures =
  "radius texture perimeter area smoothness compactness concavity concave_points symmetry fractal_dimension".split(" ");

/** The thirty columns of measurements: of each measure the mean, its standard error and the worst cell's. */
const features = ["mean", "se", "worst"].flatMap((kind) =>
  measures.map((measure) => `${measure.replace("concave_points", "concave points")}_${kind}`),
);

/** The measurements, a row for each patient. */
export function measurements(df: Table): number[][] {
  return numbers(columns(df, features));
}

/** The diagnoses, M or B. */
export function diagnoses(df: Table): string[] {
  const cells = column(df, "diagnosis");
  cells.forEach((cell, i) => {
    if (cell === "M" || cell === "B") return;
    throw new DataError(`${df.path}, line ${df.lines[i]}: unknown diagnosis '${cell}'; expected M or B`);
  });
  return cells;
}

/** The article's data: standardised features and labels, 0 for benign and 1 for malignant. */
export interface Patients {
  readonly train: data.TensorDataset<[Tensor, Tensor]>;
  readonly features: Tensor;
  readonly labels: Tensor;
}

/** Reads, splits and standardises the data as `breast-cancer.ts` does. */
export function readPatients(csv: string): Patients {
  const df = readTable(csv);
  const y = new data.LabelEncoder().fit_transform(diagnoses(df));
  const X = measurements(df);
  const [X_train, X_test, y_train, y_test] = data.train_test_split(X, y, { test_size: 0.2, random_state: 2 });
  const scaler = new data.StandardScaler();
  const train = torch.FloatTensor(scaler.fit_transform(X_train));
  return {
    train: new data.TensorDataset(train, torch.FloatTensor(y_train).view(-1, 1)),
    features: torch.FloatTensor(scaler.transform(X_test)),
    labels: torch.FloatTensor(y_test).view(-1, 1),
  };
}

/** What became of one training. */
export interface Run {
  /** The learning rate of each epoch. */
  readonly lrs: number[];
  /** The mean training loss of each epoch. */
  readonly losses: number[];
  readonly testLoss: number;
  readonly accuracy: number;
}

/** Trains the article's model with Adam from a learning rate of 0.001; without a scheduler it stays there. */
export function train(patients: Patients, seed: number, epochs: number, makeScheduler: MakeScheduler | null): Run {
  torch.manual_seed(seed);
  const loader = new data.DataLoader(patients.train, { batch_size: 32, shuffle: true });
  const width = patients.features.size(1);
  const model = new nn.Sequential(
    new nn.Linear(width, 64),
    new nn.ReLU(),
    new nn.Linear(64, 32),
    new nn.ReLU(),
    new nn.Linear(32, 1),
    new nn.Sigmoid(),
  );
  const criterion = new nn.BCELoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.001 });
  const scheduler = makeScheduler?.(optimizer, epochs);
  const lrs: number[] = [];
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    lrs.push(Number(optimizer.param_groups[0].lr));
    let total = 0;
    for (const [inputs, targets] of loader) {
      const loss = criterion(model(inputs), targets);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      total += loss.item();
    }
    losses.push(total / loader.length);
    if (scheduler instanceof lr_scheduler.ReduceLROnPlateau) scheduler.step(total / loader.length);
    else scheduler?.step();
  }
  return torch.no_grad(() => {
    const outputs = model(patients.features);
    const right = outputs.ge(0.5).float().eq(patients.labels).float();
    return { lrs, losses, testLoss: criterion(outputs, patients.labels).item(), accuracy: right.mean().item() };
  });
}
