/**
 * A convolutional network learns to read handwritten digits of 8 by 8 pixels.
 *
 *     npx tsx examples/digits-cnn.ts [--seed N] [--epochs N] [--csv PATH]
 */
import { data, lr_scheduler, nn, optim, torch } from "rushlight";
import { digitsFile, readDigits } from "./lib/digits.js";
import { count, options, runScript, seed } from "./lib/script.js";

runScript(() => {
  const args = options({ seed: "0", epochs: "8", csv: digitsFile });
  const epochs = count("epochs", args.epochs);
  torch.manual_seed(seed("seed", args.seed));

  const { X_train, X_test, y_train, y_test } = readDigits(args.csv);
  const train_set = new data.TensorDataset(X_train, y_train);
  const train_loader = new data.DataLoader(train_set, { batch_size: 32, shuffle: true });

  const model = new nn.Sequential(
    new nn.Conv2d(1, 16, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.Conv2d(16, 32, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(32 * 4 * 4, 10),
  );
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.003 });
  const scheduler = new lr_scheduler.StepLR(optimizer, { step_size: 5, gamma: 0.3 });
  console.log(`${model}\n`);

  for (let epoch = 1; epoch <= epochs; epoch++) {
    model.train();
    let total = 0;
    for (const [inputs, targets] of train_loader) {
      optimizer.zero_grad();
      const loss = criterion(model(inputs), targets);
      loss.backward();
      optimizer.step();
      total += loss.item() * targets.length;
    }
    scheduler.step();

    model.eval();
    const accuracy = torch.no_grad(() => model(X_test).argmax(1).eq(y_test).float().mean().item());
    const loss = total / train_set.length;
    console.log(`epoch ${epoch}/${epochs}: loss ${loss.toFixed(4)}, test accuracy ${accuracy.toFixed(4)}`);
  }
});
