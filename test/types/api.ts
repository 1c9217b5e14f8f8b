/*
 * What the compiler knows of the API. Nothing here runs: `npm run types` reads it, and every `@ts-expect-error` must
 * stand before a mistake that the compiler finds.
 */
import { data, lr_scheduler, nn, optim, type Tensor, torch } from "rushlight";
import type { Chain } from "../../src/nn/containers/sequential.js";

const x = torch.randn(2, 3);

// arguments by position, by name, or both
x.sum(1, true);
x.sum({ dim: 1, keepdim: true });
x.sum(1, { keepdim: true });
torch.zeros(2, 3, { dtype: torch.float64 });
torch.zeros([2, 3]);
// @ts-expect-error no such option
x.sum({ dims: 1 });
// @ts-expect-error no such type
x.sum("1");
// @ts-expect-error numbers only
x.add("1");
// @ts-expect-error an argument is missing
x.mul();

// what is returned
const total: Tensor = x.sum();
const value: number = total.item();
const truth: boolean = x.gt(0).all().item<boolean>();
const { values, indices }: { values: Tensor; indices: Tensor } = x.max(1);
const [largest] = x.max(1);
const rows: Tensor[] = x.unbind(0);
// @ts-expect-error in-place forms exist only where PyTorch has them
x.matmul_(x);

// modules
class Net extends nn.Module {
  layer = new nn.Linear(3, 1);
  override forward(input: Tensor, scale: number): Tensor {
    return this.layer(input).mul(scale);
  }
}
const net = new Net();
const out: Tensor = net(x, 2);
// @ts-expect-error forward takes a number
net(x, "2");
// @ts-expect-error out_features is missing
new nn.Linear(3);
// @ts-expect-error no such option
new nn.Linear(3, 1, { biass: false });

// modules and losses are called with what their forward takes, and know their options
const loss: Tensor = new nn.CrossEntropyLoss({ label_smoothing: 0.1, reduction: "sum" })(x, x);
// @ts-expect-error a loss wants a target
new nn.MSELoss()(x);
// @ts-expect-error a number is no tensor
new nn.MSELoss()(x, 1);
// @ts-expect-error no such option
new nn.CrossEntropyLoss({ smoothing: 0.1 });
// @ts-expect-error no such option
new nn.Dropout({ probability: 0.1 });
// @ts-expect-error a layer takes one tensor
new nn.Linear(3, 1)(x, x);
// @ts-expect-error no such option
new nn.BatchNorm1d(3, { epsilon: 1e-3 });
const [hidden, [h, c]]: [Tensor, [Tensor, Tensor]] = new nn.LSTM(3, 4)(x);
const [attended, weights]: [Tensor, Tensor | null] = new nn.MultiheadAttention(4, 2)(x, x, x);
const heads = new nn.ModuleDict({ digit: new nn.Linear(4, 10) });
const digits: Tensor = heads.at("digit")(x);
// @ts-expect-error no such module
heads.at("digits");
// @ts-expect-error no such option
nn.utils.clip_grad_norm_(net.parameters(), 1, { norm: 2 });
// @ts-expect-error no such option
nn.init.kaiming_uniform_(net.layer.weight, { modes: "fan_in" });
// @ts-expect-error no such option
net.load_state_dict(net.state_dict(), { strictly: false });
// @ts-expect-error a Sequential takes modules
new nn.Sequential(3);

// layers that do not fit one another
const fitting = new nn.Sequential(new nn.Linear(30, 64), new nn.ReLU(), new nn.Linear(64, 1));
// @ts-expect-error takes 32 features, but the layer before gives 64
new nn.Sequential(new nn.Linear(30, 64), new nn.ReLU(), new nn.Linear(32, 1));
// @ts-expect-error the same behind what keeps the shape
new nn.Sequential(new nn.Linear(30, 64), new nn.LayerNorm(64), new nn.Dropout(0.5), new nn.Linear(32, 1));
// @ts-expect-error the same inside one another, and with sizes given by name
new nn.Sequential(new nn.Sequential(new nn.Linear(30, 64)), new nn.Linear({ in_features: 32, out_features: 1 }));
// @ts-expect-error takes 5 features, but the layer before gives 1
new nn.Sequential(fitting, new nn.Linear(5, 1));
const message: Chain<[nn.Linear<30, 64>, nn.Linear<32, 1>]>[1] = "takes 32 features, but the layer before gives 64";
// sizes that are computed fit, and so does what the compiler does not know
const width = Number("64");
new nn.Sequential(new nn.Linear(30, width), new nn.Linear(32, 1));
new nn.Sequential(new nn.Linear(30, 64), new Net(), new nn.Linear(32, 1));
new nn.Sequential(...Array.from({ length: 3 }, () => new nn.Linear(4, 4)));
new nn.Sequential({ hidden: new nn.Linear(3, 4), act: new nn.Tanh() });
// a layer may be replaced by one of another size
net.layer = new nn.Linear(3, 2);
let head = new nn.Sequential(new nn.Linear(3, 4));
head = new nn.Sequential(new nn.Linear(5, 4), new nn.ReLU());
// @ts-expect-error a plain tensor is no parameter
net.layer.weight = torch.ones(1, 3);

// optimizers and schedulers
const optimizer = new optim.Adam(net.parameters(), { lr: 0.01, betas: [0.9, 0.99] });
// @ts-expect-error no such option
new optim.Adam(net.parameters(), { learning_rate: 0.01 });
new lr_scheduler.StepLR(optimizer, { step_size: 20, gamma: 0.5 });
new lr_scheduler.StepLR(optimizer, 20, 0.5);
// @ts-expect-error no such option
new lr_scheduler.StepLR(optimizer, { step: 20 });

// data
for (const [inputs, targets] of new data.DataLoader(new data.TensorDataset(x, x), { batch_size: 2, shuffle: true })) {
  inputs.sub(targets);
}
const [a_train, a_test, b_train]: [number[][], number[][], string[], string[]] = data.train_test_split([[1]], ["a"], {
  test_size: 1,
});

export {
  a_test,
  a_train,
  attended,
  b_train,
  c,
  digits,
  h,
  head,
  hidden,
  indices,
  largest,
  loss,
  message,
  out,
  rows,
  truth,
  value,
  values,
  weights,
};

// Layers of images
const images = torch.randn(2, 1, 8, 8);
new nn.Conv2d(1, 4, 3, { padding: "same" })(images) satisfies Tensor;
new nn.ConvTranspose2d(1, 4, [3, 2], { stride: 2 })(images, [16, 16]) satisfies Tensor;
new nn.Upsample({ scale_factor: 2, mode: "bilinear" })(images) satisfies Tensor;
const [pooled, places] = new nn.MaxPool2d(2, { return_indices: true })(images);
new nn.MaxUnpool2d(2)(pooled, places) satisfies Tensor;
// @ts-expect-error no such option
new nn.Conv2d(1, 4, 3, { pading: 1 });
// @ts-expect-error kernel_size is missing
new nn.Conv2d(1, 4);
// @ts-expect-error padding has no names here
nn.functional.max_pool2d(images, 2, { padding: "same" });
