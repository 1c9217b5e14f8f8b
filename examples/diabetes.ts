/**
 * Regression: how far will diabetes have progressed in a year? A small network, with dropout against learning the 353
 * patients by heart, and what it explains of 89 others.
 *
 *     npx tsx examples/diabetes.ts [--seed N] [--epochs N]
 */
import { fileURLToPath } from "node:url";
import { data, nn, optim, torch } from "rushlight";
import { count, options, runScript, seed } from "./lib/script.js";
import { columns, numbers, readTable } from "./lib/table.js";

runScript(() => {
  const args = options({ seed: "0", epochs: "40" });
  const epochs = count("epochs", args.epochs);

  // Features and target, split and standardised
  const df = readTable(fileURLToPath(new URL("data/diabetes.csv", import.meta.url)));
  const features = df.header.filter((name) => name !== "progression");
  const X = numbers(columns(df, features));
  const y = numbers(columns(df, ["progression"]));
  const [X_train, X_test, y_train, y_test] = data.train_test_split(X, y, { test_size: 0.2, random_state: 0 });
  const [X_scaler, y_scaler] = [new data.StandardScaler(), new data.StandardScaler()];
  const train = new data.TensorDataset(
    torch.FloatTensor(X_scaler.fit_transform(X_train)),
    torch.FloatTensor(y_scaler.fit_transform(y_train)),
  );
  const inputs = torch.FloatTensor(X_scaler.transform(X_test));
  const targets = torch.FloatTensor(y_scaler.transform(y_test));

  torch.manual_seed(seed("seed", args.seed));
  const loader = new data.DataLoader(train, { batch_size: 32, shuffle: true });
  const model = new nn.Sequential(
    new nn.Linear(features.length, 64),
    new nn.ReLU(),
    new nn.Dropout(0.2),
    new nn.Linear(64, 1),
  );
  const criterion = new nn.MSELoss();
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.003, weight_decay: 0.1 });

  for (let epoch = 1; epoch <= epochs; epoch++) {
    model.train();
    let total = 0;
    for (const [x, t] of loader) {
      const loss = criterion(model(x), t);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      total += loss.item() * x.size(0);
    }
    if (epoch % 10 === 0) console.log(`Epoch ${epoch}, training loss: ${(total / train.length).toFixed(3)}`);
  }

  // The share of the variance that is explained, and the error in units of the target
  model.eval();
  torch.no_grad(() => {
    const errors = model(inputs).sub(targets);
    const explained = 1 - errors.pow(2).sum().item() / targets.sub(targets.mean()).pow(2).sum().item();
    const error = errors.pow(2).mean().sqrt().item() * y_scaler.scale_![0];
    console.log(`Test R^2: ${explained.toFixed(3)}, root mean squared error: ${error.toFixed(1)}`);
  });
});
