/**
 * An autoencoder presses handwritten digits of 64 pixels into 8 numbers and draws them again from these.
 *
 *     npx tsx examples/digits-autoencoder.ts [--seed N] [--epochs N] [--csv PATH]
 */
import { data, nn, optim, torch } from "rushlight";
import { digitsFile, drawImages, readDigits } from "./lib/digits.js";
import { count, options, runScript, seed } from "./lib/script.js";

runScript(() => {
  const args = options({ seed: "0", epochs: "12", csv: digitsFile });
  const epochs = count("epochs", args.epochs);
  torch.manual_seed(seed("seed", args.seed));

  const { X_train, X_test } = readDigits(args.csv);
  const train_set = new data.TensorDataset(X_train);
  const train_loader = new data.DataLoader(train_set, { batch_size: 32, shuffle: true });

  const encoder = new nn.Sequential(
    new nn.Conv2d(1, 8, 3, { stride: 2, padding: 1 }),
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear(8 * 4 * 4, 8),
  );
  const decoder = new nn.Sequential(
    new nn.Linear(8, 8 * 4 * 4),
    new nn.ReLU(),
    new nn.Unflatten(1, [8, 4, 4]),
    new nn.ConvTranspose2d(8, 1, 4, { stride: 2, padding: 1 }),
    new nn.Sigmoid(),
  );
  const model = new nn.Sequential(encoder, decoder);
  const criterion = new nn.MSELoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.003 });

  for (let epoch = 1; epoch <= epochs; epoch++) {
    let total = 0;
    for (const [inputs] of train_loader) {
      optimizer.zero_grad();
      const loss = criterion(model(inputs), inputs);
      loss.backward();
      optimizer.step();
      total += loss.item() * inputs.length;
    }
    const loss = total / train_set.length;
    const testLoss = torch.no_grad(() => criterion(model(X_test), X_test).item());
    console.log(`epoch ${epoch}/${epochs}: loss ${loss.toFixed(5)}, test loss ${testLoss.toFixed(5)}`);
  }

  torch.no_grad(() => {
    const few = X_test.index([":5"]);
    const codes = encoder(few);
    console.log(`\ndigits of the test, and what 8 numbers keep of them:\n`);
    console.log(`${drawImages(few)}\n\n${drawImages(decoder(codes))}\n`);
    console.log(`the numbers of the first: ${codes.index([0])}`);
  });
});
