/**
 * XOR: two numbers differ, or they do not. No straight line parts the four cases, so a network needs a hidden layer.
 *
 *     npx tsx examples/xor.ts [--seed N] [--epochs N]
 */
import { nn, optim, torch } from "rushlight";
import { count, options, runScript, seed } from "./lib/script.js";

runScript(() => {
  const args = options({ seed: "0", epochs: "300" });
  const epochs = count("epochs", args.epochs);
  torch.manual_seed(seed("seed", args.seed));

  const cases = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const X = torch.FloatTensor(cases);
  const y = torch.FloatTensor([[0], [1], [1], [0]]);

  const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
  const criterion = new nn.BCEWithLogitsLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });

  for (let epoch = 1; epoch <= epochs; epoch++) {
    const loss = criterion(model(X), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    if (epoch % 50 === 0) console.log(`Epoch ${epoch}, Loss: ${loss.item().toFixed(5)}`);
  }

  torch.no_grad(() => {
    const probabilities = model(X).sigmoid();
    for (const [i, [a, b]] of cases.entries())
      console.log(`${a} xor ${b}: ${probabilities.index([i]).item().toFixed(4)}`);
  });
});
