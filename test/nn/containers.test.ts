import fc from "fast-check";
import { copy, nn, type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";
import { Extra, Net, recorded } from "./members.js";

/* Containers: how they print, index, grow and shrink, and their keys. */

const { parametrizations } = nn.utils;
const bare = (n: number) => new nn.Linear(n, n, { bias: false });

describe("what PyTorch prints", () => {
  const shared = new nn.Linear(2, 2);
  const three = () => new nn.Sequential(new nn.ReLU(), new nn.Tanh(), new nn.GELU());
  const printed: Record<string, nn.Module> = {
    list: new nn.ModuleList([
      new nn.Linear(2, 2),
      new nn.Linear(2, 2),
      new nn.ReLU(),
      new nn.Sequential(new nn.ReLU(), new nn.Tanh()),
    ]),
    "empty list": new nn.ModuleList(),
    dict: new nn.ModuleDict({ a: new nn.ReLU(), list: new nn.ModuleList([new nn.ReLU()]) }),
    parameters: new nn.ParameterList<unknown>([torch.ones(3), torch.zeros(2, 2).double(), "text"]),
    "parameter dict": new nn.ParameterDict({ b: torch.ones(3), a: torch.zeros(2) }),
    repeated: new nn.Sequential(shared).mul(2),
    sliced: three().slice(1),
    backwards: three().slice(undefined, undefined, -1),
    nothing: new nn.Sequential(new nn.ReLU(), new nn.Tanh()).append(new nn.Sequential()),
    bilinear: new nn.Bilinear(2, 3, 4, { bias: false }),
    lazy: new nn.LazyLinear(3),
    unflatten: new nn.Unflatten(1, [2, 3]),
    parametrized: parametrizations.weight_norm(new nn.Linear(2, 3)),
  };

  it.each(Object.keys(recorded.printed))("%s", (label) => {
    expect(String(printed[label])).toBe(recorded.printed[label]);
  });
});

describe("keys of state dicts", () => {
  it("stand in PyTorch's order, whatever the names", () => {
    const lists = new nn.Sequential(
      new nn.ParameterList([torch.ones(1), torch.ones(1)]),
      new nn.ParameterDict({ b: torch.ones(1), a: torch.ones(1) }),
    );
    const many = new nn.Sequential(...Array.from({ length: 12 }, () => bare(1)));
    many.__delitem__(1);
    const named = new nn.Module();
    for (const name of ["10", "2", "b", "a"]) named.add_module(name, bare(1));
    const modules: Record<string, nn.Module> = {
      lists,
      many,
      named,
      extra: new Extra(1, 1),
      lazy: new nn.LazyLinear(3),
      parametrized: parametrizations.spectral_norm(parametrizations.weight_norm(new nn.Linear(2, 3)), "bias"),
      "weight norm": nn.utils.weight_norm(new nn.Linear(2, 3)),
      "spectral norm": nn.utils.spectral_norm(new nn.Linear(2, 3)),
    };
    for (const [label, module] of Object.entries(modules)) {
      expect(Object.keys(module.state_dict()), label).toEqual(recorded.keys[label]);
    }
  });
});

describe("Sequential and ModuleList", () => {
  const change = fc.oneof(
    fc.record({ kind: fc.constant("append" as const) }),
    fc.record({ kind: fc.constant("insert" as const), at: fc.nat(20) }),
    fc.record({ kind: fc.constant("pop" as const), at: fc.nat(20) }),
    fc.record({ kind: fc.constant("set" as const), at: fc.nat(20) }),
  );

  it.each([() => new nn.Sequential(), () => new nn.ModuleList()])("change as an array does", (make) => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const list = make();
        const array: nn.Module[] = [];
        for (const step of changes) {
          const module = new nn.ReLU();
          if (step.kind === "append") array.push(list.append(module).at(-1));
          else if (step.kind === "insert") {
            const at = step.at % (array.length + 1);
            array.splice(at, 0, module);
            list.insert(at, module);
          } else if (array.length > 0) {
            const at = step.at % array.length;
            if (step.kind === "pop") expect(list.pop(at - array.length)).toBe(array.splice(at, 1)[0]);
            else {
              list[at - array.length] = module;
              array[at] = module;
            }
          }
        }
        expect([...list]).toEqual(array);
        expect(list.children()).toEqual(array);
        expect(list.length).toBe(array.length);
        expect([...list.named_children()].map(([name]) => name)).toEqual(array.map((_, i) => String(i)));
        array.forEach((module, i) => {
          expect(list[i]).toBe(module);
          expect(list[i - array.length]).toBe(module);
        });
        expect(list[array.length]).toBeUndefined();
        expect([...list.slice(1, -1)]).toEqual(array.slice(1, -1));
      }),
      { numRuns: 50 },
    );
  });

  it("find their modules by name and by place", () => {
    const model = new nn.Sequential({ first: bare(2), act: new nn.ReLU() });
    expect(model.get_submodule("act")).toBe(model[1]);
    expect(model[-2]).toBe((model as unknown as { first: nn.Module }).first);
    expect(Object.keys(model.slice(1).state_dict())).toEqual([]);
    expect(model.add(new nn.Sequential(new nn.Tanh())).length).toBe(3);
  });
});

describe("dictionaries", () => {
  it("hold modules by name, with their types", () => {
    const heads = new nn.ModuleDict({ digit: new nn.Linear(4, 10), parity: new nn.Linear(4, 2) });
    const { weight } = heads.at("digit");
    expect(weight.shape).toEqual([10, 4]);
    heads.update([["extra", new nn.ReLU()]]);
    expect([...heads]).toEqual(["digit", "parity", "extra"]);
    expect(heads.pop("digit").weight).toBe(weight);
    expect([heads.has("digit"), heads.length, heads.keys()]).toEqual([false, 2, ["parity", "extra"]]);
    heads.clear();
    expect(heads.items()).toEqual([]);
  });

  it("hold parameters by name, made of tensors", () => {
    const scales = new nn.ParameterDict<unknown>({ right: torch.ones(2), left: torch.zeros(3) });
    expect(scales.keys()).toEqual(["left", "right"]);
    expect(scales.at("left")).toBeInstanceOf(nn.Parameter);
    expect([...scales.named_parameters()].map(([name]) => name)).toEqual(["left", "right"]);
    expect([scales.get("up"), scales.setdefault("up", 3), scales.at("up")]).toEqual([null, 3, 3]);
    expect(scales.parameters()).toHaveLength(2);
    expect(scales.popitem()).toEqual(["up", 3]);
    expect(scales.copy().keys()).toEqual(["left", "right"]);
    expect(scales.fromkeys(["a", "b"], 1).values()).toEqual([1, 1]);
    scales.clear();
    expect([scales.length, scales.parameters()]).toEqual([0, []]);
  });

  it("and lists of parameters are trained", () => {
    class Mix extends nn.Module {
      weights = new nn.ParameterList([torch.ones(2), torch.tensor([2, 3]).float()]);
      override forward(x: Tensor): Tensor {
        return [...this.weights].reduce((sum, w) => sum.add(w.mul(x)), torch.zeros(2));
      }
    }
    const mix = new Mix();
    mix(torch.tensor([1, 2]))
      .sum()
      .backward();
    expect(mix.weights[-1].grad?.tolist()).toEqual([1, 2]);
    mix.weights[0] = torch.zeros(2);
    expect(mix.parameters().map((p) => p.tolist())).toEqual([
      [0, 0],
      [2, 3],
    ]);
  });
});

describe("copy.deepcopy", () => {
  it("makes a module of its own with what was shared shared", () => {
    const shared = new nn.Linear(2, 2);
    const model = new nn.Sequential(shared, new nn.ReLU(), shared, new Net());
    model.eval();
    const twin = copy.deepcopy(model);
    expect(String(twin)).toBe(String(model));
    expect(twin[0]).toBe(twin[2]);
    expect(twin[0]).not.toBe(shared);
    expect([twin.training, (twin[3] as Net).width]).toEqual([false, 4]);
    expect(Object.keys(twin.state_dict())).toEqual(Object.keys(model.state_dict()));
    torch.no_grad(() => (twin[0] as nn.Linear).weight.zero_());
    expect(shared.weight.count_nonzero().item()).toBe(4);
    expect(() => copy.deepcopy(shared.weight.mul(2))).toThrow("graph leaves");
  });

  it("makes lists and state dicts of their own", () => {
    const list = new nn.ParameterList<unknown>([torch.ones(1), "text"]);
    const twin = copy.deepcopy(list);
    twin.append(torch.ones(2));
    expect([list.length, twin.length, twin[1], twin.parameters().length]).toEqual([2, 3, "text", 2]);
    const before = copy.deepcopy(list.state_dict());
    torch.no_grad(() => list.parameters()[0].zero_());
    expect(before["0"].tolist()).toEqual([1]);
  });
});
