/**
 * "Understanding PyTorch Learning Rate Scheduling", line by line: a small network learns to tell malignant from benign
 * tumours while StepLR halves its learning rate every 20 epochs.
 *
 *     npx tsx examples/breast-cancer.ts [--seed N] [--epochs N] [--csv PATH] [--scheduler NAME]
 */
import { fileURLToPath } from "node:url";
import { data, lr_scheduler, nn, optim, torch } from "rushlight";
import { diagnoses, measurements } from "./lib/breast_cancer.js";
import { schedulers } from "./lib/schedulers.js";
import { count, namesOf, options, runScript, seed } from "./lib/script.js";
import { head, readTable } from "./lib/table.js";

runScript(() => {
  const args = options({
    seed: "42",
    epochs: "50",
    csv: fileURLToPath(new URL("data/breast-cancer.csv", import.meta.url)),
    scheduler: "StepLR",
  });
  const num_epochs = count("epochs", args.epochs);
  const makeScheduler = namesOf("scheduler", schedulers, args.scheduler);
  const runSeed = seed("seed", args.seed);

  // Load the data and show the first rows
  const df = readTable(args.csv);
  console.log(`${head(df)}\n`);

  // Extract the features, encode the diagnosis: benign 0, malignant 1
  const y = new data.LabelEncoder().fit_transform(diagnoses(df));
  const X = measurements(df);

  // Split into training and test data and standardise
  const [X_train, X_test, y_train, y_test] = data.train_test_split(X, y, { test_size: 0.2, random_state: 2 });
  const scaler = new data.StandardScaler();
  const X_train_scaled = torch.FloatTensor(scaler.fit_transform(X_train));
  const X_test_scaled = torch.FloatTensor(scaler.transform(X_test));

  torch.manual_seed(runSeed);

  // TensorDataset and DataLoader
  const y_train_tensor = torch.FloatTensor(y_train).view(-1, 1);
  const y_test_tensor = torch.FloatTensor(y_test).view(-1, 1);
  const train_dataset = new data.TensorDataset(X_train_scaled, y_train_tensor);
  const train_loader = new data.DataLoader(train_dataset, { batch_size: 32, shuffle: true });

  // Model
  const model = new nn.Sequential(
    new nn.Linear(X_train[0].length, 64),
    new nn.ReLU(),
    new nn.Linear(64, 32),
    new nn.ReLU(),
    new nn.Linear(32, 1),
    new nn.Sigmoid(),
  );

  // Loss and optimizer
  const criterion = new nn.BCELoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.001 });

  // Learning rate scheduler
  const scheduler = makeScheduler(optimizer, num_epochs);

  // Training loop
  for (let epoch = 0; epoch < num_epochs; epoch++) {
    model.train();
    let loss = torch.tensor(0);
    for (const [inputs, targets] of train_loader) {
      const outputs = model(inputs);
      loss = criterion(outputs, targets);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    }
    if (scheduler instanceof lr_scheduler.ReduceLROnPlateau) scheduler.step(loss);
    else scheduler.step();
    console.log(`Epoch [${epoch + 1}/${num_epochs}], Loss: ${loss.item()}, LR: ${scheduler.get_last_lr()[0]}`);
  }

  // Evaluation
  model.eval();
  torch.no_grad(() => {
    const predicted = model(X_test_scaled).ge(0.5).float();
    const accuracy = predicted.eq(y_test_tensor).float().mean();
    console.log(`Test Accuracy: ${accuracy.item()}`);
  });
});
