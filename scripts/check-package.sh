#!/usr/bin/env bash
# Packs the package, installs it in an empty folder, imports every entry and compiles a script against its types.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cd "$root"
rm -rf dist
npm pack --pack-destination "$folder" >"$folder/pack.log" 2>&1 || { cat "$folder/pack.log" >&2; exit 1; }
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module >/dev/null
npm install --silent --no-audit --no-fund ./rushlight-*.tgz
[ "$(find node_modules -mindepth 1 -maxdepth 1 -not -name '.*' | wc -l)" -eq 1 ] || { echo "the package brings dependencies" >&2; exit 1; }

cat > use.ts <<'TS'
import { torch, nn, optim, lr_scheduler, data } from "rushlight";
import { Linear } from "rushlight/nn";
import { mse_loss } from "rushlight/nn/functional";
import { zeros_ } from "rushlight/nn/init";
import { SGD } from "rushlight/optim";
import { StepLR } from "rushlight/lr_scheduler";
import { TensorDataset } from "rushlight/data";
import { checkpoint, load, restore, save } from "rushlight/io";
import { plotSvg, scheduleChart } from "rushlight/inspect";

torch.manual_seed(0);
const x = torch.linspace(-1, 1, 32).view(-1, 1);
const y = x.mul(2).add(1);
const model = new nn.Sequential(new nn.Linear(1, 1));
const optimizer = new optim.SGD(model.parameters(), { lr: 0.5 });
const scheduler = new lr_scheduler.StepLR(optimizer, { step_size: 50 });
for (let epoch = 0; epoch < 100; epoch++) {
  for (const [inputs, targets] of new data.DataLoader(new data.TensorDataset(x, y), { batch_size: 32 })) {
    optimizer.zero_grad();
    mse_loss(model(inputs), targets).backward();
    optimizer.step();
  }
  scheduler.step();
}
const error: number = mse_loss(model(x), y).item();
if (!(error < 1e-6)) throw new Error(`the line was not learned: ${error}`);
const entries = [Linear, zeros_, SGD, StepLR, TensorDataset];
if (!entries.every((entry) => typeof entry === "function")) throw new Error("an entry is missing");

const moved = load(save(checkpoint({ model, optimizer, scheduler })));
restore(moved, { model, optimizer, scheduler });
if (!plotSvg(scheduleChart(scheduler, 10)).startsWith("<svg")) throw new Error("no drawing");
TS
"$root/node_modules/.bin/tsc" --strict --module nodenext --target es2022 --lib es2023,dom,esnext.disposable --types "" use.ts
node use.js
npx --no rushlight lr OneCycleLR max_lr=0.1 total_steps=100 --svg cycle.svg
grep -q "</svg>" cycle.svg
npx --no rushlight lr StepLR step_size=30 | grep -q "learning rate"
if npx --no rushlight lr StepLR 2>complaint; then echo "the command took a mistake for a success" >&2; exit 1; fi
grep -q "^error: .*step_size" complaint
[ "$(grep -c "^    at " complaint)" -eq 0 ]
grep -q "^d3-scale" node_modules/rushlight/dist/THIRD_PARTY_LICENSES.txt
echo "the package works"
