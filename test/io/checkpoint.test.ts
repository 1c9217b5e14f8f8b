import { describe, expect, it } from "vitest";
import { data, Generator, io, lr_scheduler, nn, optim, torch } from "../../src/index.js";

const { checkpoint, restore } = io;

function build(hidden = 4) {
  const model = new nn.Sequential(new nn.Linear(2, hidden), new nn.ReLU(), new nn.Linear(hidden, 1));
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.1 });
  const scheduler = new lr_scheduler.ExponentialLR(optimizer, 0.9);
  const loader = new data.DataLoader([1, 2, 3, 4, 5, 6, 7], { shuffle: true, generator: new Generator() });
  const train = () => {
    optimizer.zero_grad();
    model(torch.rand(3, 2)).sum().backward();
    optimizer.step();
    scheduler.step();
    return [
      [...loader].flatMap((batch) => batch.tolist()),
      model.state_dict()["0.weight"].tolist(),
      scheduler.get_last_lr(),
    ];
  };
  return { parts: { model, optimizer, scheduler, loader }, train };
}

describe("checkpoint and restore", () => {
  it("take a run back to where it was, as often as one likes", () => {
    const { parts, train } = build();
    train();
    const saved = checkpoint({ ...parts, epoch: 3, history: [0.5, Number.NaN] });
    const after = [train(), train()];
    for (let i = 0; i < 2; i++) {
      expect(restore(saved, parts)).toEqual({ epoch: 3, history: [0.5, Number.NaN] });
      expect([train(), train()]).toEqual(after);
    }
  });

  it("share no memory with the run", () => {
    const { parts, train } = build();
    train();
    const saved = checkpoint(parts);
    const before = torch.save(saved);
    train();
    expect(torch.save(saved)).toEqual(before);
    restore(saved, parts);
    train();
    expect(torch.save(saved)).toEqual(before);
  });

  it("keep the values they return apart, too", () => {
    const { parts } = build();
    const saved = checkpoint({ ...parts, history: [1] });
    restore(saved, parts).history.push(2);
    expect(restore(saved, parts)).toEqual({ history: [1] });
  });

  it("restore all or nothing", () => {
    const { parts, train } = build();
    train();
    const saved = checkpoint(parts);
    const larger = build(9);
    larger.train();
    const before = checkpoint(larger.parts);
    // scheduler and loader would fit, and come first
    const { scheduler, loader, optimizer, model } = larger.parts;
    expect(() => restore(saved, { scheduler, loader, optimizer, model })).toThrow("size mismatch");
    expect(torch.save(checkpoint(larger.parts))).toEqual(torch.save(before));
  });

  it("complain of parts that are missing, left over, or of another kind", () => {
    const { parts } = build();
    const { model, ...rest } = parts;
    expect(() => restore(checkpoint(rest), parts)).toThrow("The checkpoint holds optimizer, scheduler, loader.");
    expect(() => restore(checkpoint(parts), rest)).toThrow("nothing was given for");
    expect(() => restore(checkpoint({ ...rest, model: 3 }), parts)).toThrow("holds a plain value of this name");
    const sgd = new optim.SGD(model.parameters());
    expect(() => restore(checkpoint(parts), { ...parts, optimizer: sgd })).toThrow(
      "'optimizer' is a SGD, its checkpoint was made of a Adam",
    );
    const other = new data.DataLoader([1, 2], { shuffle: true });
    expect(() => restore(checkpoint(parts), { ...parts, loader: other })).toThrow("has 0 generators, its checkpoint 1");
    expect(() => restore({ epoch: 1 }, parts)).toThrow("this is no checkpoint of a run");
    expect(() => checkpoint({ rng: 1 })).toThrow("'rng'");
    expect(() => checkpoint({ f: () => 1 })).toThrow("cannot save f");
    expect(() => checkpoint({ date: new Date() })).toThrow("cannot save obj.date");
  });

  it("keep generators", () => {
    const generator = new Generator().manual_seed(3);
    const saved = torch.load(torch.save(checkpoint({ generator })));
    const drawn = [generator.random(), torch.rand(1).item()];
    restore(saved, { generator });
    expect([generator.random(), torch.rand(1).item()]).toEqual(drawn);
  });
});
