import { nn, type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";
import { Extra, message, Net, recorded } from "./members.js";

/* Hooks of calls and of state dicts, lazy modules, and what a module knows of its members. */

it("hooks run in PyTorch's order", () => {
  const told: string[] = [];
  const write = (...what: unknown[]) => void told.push(what.join(" "));
  const net = new nn.Sequential(new nn.Linear(1, 1), new nn.Sequential(new nn.ReLU()));
  const inner = net[1];
  net.register_forward_pre_hook(() => write("pre"));
  net.register_forward_pre_hook(() => write("pre first"), { prepend: true });
  net.register_forward_hook(() => write("post"));
  inner.register_forward_hook(() => write("inner post"));
  net.register_forward_hook((_, __, kwargs) => write("kwargs", Object.keys(kwargs).length), { with_kwargs: true });
  const everywhere = nn.modules.module.register_module_forward_hook((m) => write("all", m._get_name()));
  net(torch.ones(1));
  everywhere.remove();
  for (const [m, name] of [
    [net, "net"],
    [inner, "inner"],
  ] as const) {
    m.register_state_dict_pre_hook((_, prefix) => write("save", name, prefix));
    m.register_state_dict_post_hook((_, s, prefix) => write("saved", name, prefix, Object.keys(s).length));
    m.register_load_state_dict_pre_hook((_, s, prefix) => write("load", name, prefix, Object.keys(s).length));
    m.register_load_state_dict_post_hook((_, keys) => write("loaded", name, keys.missing_keys.length));
  }
  net.load_state_dict({ "0.weight": net.state_dict()["0.weight"] }, { strict: false });

  class Fails extends nn.Module {
    override forward(_: Tensor): Tensor {
      throw new Error("no");
    }
  }
  const fails = new Fails();
  fails.register_forward_hook((_, __, output) => write("always", output === null ? "None" : output), {
    always_call: true,
  });
  fails.register_forward_hook(() => write("never"));
  expect(() => fails(torch.ones(1))).toThrow("no");
  expect(told).toEqual(recorded.hooks);
});

describe("hooks with keyword arguments", () => {
  class Scaled extends nn.Module {
    override forward(x: Tensor, { by = 1 }: { by?: number } = {}): Tensor {
      return x.mul(by);
    }
  }

  it("see and replace them; others see only what stands by position", () => {
    const scaled = new Scaled();
    const seen: unknown[] = [];
    scaled.register_forward_pre_hook((_, args) => void seen.push(args.length));
    scaled.register_forward_pre_hook((_, args, { by }) => [args, { by: by + 1 }], { with_kwargs: true });
    scaled.register_forward_hook((_, args, { by }, y) => void seen.push(args.length, by, y.item()), {
      with_kwargs: true,
    });
    expect(scaled(torch.tensor(5), { by: 2 }).item()).toBe(15);
    expect(seen).toEqual([1, 1, 3, 15]);
    scaled.register_forward_pre_hook(() => 3, { with_kwargs: true });
    expect(message(() => scaled(torch.tensor(5)))[1]).toContain(
      "must return None or a tuple of (new_args, new_kwargs)",
    );
  });
});

describe("state dicts", () => {
  it("carry extra state", () => {
    const [from, to] = [new Extra(1, 1), new Extra(1, 1)];
    to.load_state_dict(from.state_dict());
    expect(to.extra).toBe("kept");
  });

  it("can be taken over without copying", () => {
    const layer = new nn.Linear(2, 2);
    const state = new nn.Linear(2, 2).double().state_dict();
    layer.requires_grad_(false).load_state_dict(state, { assign: true });
    expect(layer.weight.dtype).toBe(torch.float64);
    expect(layer.weight.requires_grad).toBe(false);
    expect([...layer.named_parameters()].map(([name]) => name)).toEqual(["weight", "bias"]);
    torch.no_grad(() => state.weight.zero_());
    expect(layer.weight.count_nonzero().item()).toBe(0);
  });

  it("can be taken over into class fields", () => {
    class Scaled extends nn.Module {
      mean = new nn.Buffer(torch.zeros(2));
      scale = new nn.Parameter(torch.ones(1));
    }
    const scaled = new Scaled();
    scaled.load_state_dict({ mean: torch.ones(2), scale: torch.zeros(1) }, { assign: true });
    expect([scaled.mean.tolist(), scaled.scale.tolist()]).toEqual([[1, 1], [0]]);
    expect(scaled.state_dict().mean.tolist()).toEqual([1, 1]);
    expect(scaled.scale).toBeInstanceOf(nn.Parameter);
  });

  it("know the version of each module", () => {
    const state = new nn.Sequential(new nn.ReLU()).state_dict() as { _metadata?: unknown };
    expect(state._metadata).toEqual({ "": { version: 1 }, "0": { version: 1 } });
    expect(Object.keys(state)).toEqual([]);
  });

  it("let a hook read older names", () => {
    const layer = new nn.Linear(1, 1);
    layer.register_load_state_dict_pre_hook((_, state, prefix) => {
      state[`${prefix}weight`] = state[`${prefix}w`];
      delete state[`${prefix}w`];
    });
    const old = { "0.w": torch.tensor([[7]]).float(), "0.bias": torch.zeros(1) };
    new nn.Sequential(layer).load_state_dict(old);
    expect(layer.weight.item()).toBe(7);
    expect(Object.keys(old)).toEqual(["0.w", "0.bias"]);
  });
});

describe("members", () => {
  it("may be replaced, set to null, deleted", () => {
    const net = new Net();
    net.layer = new nn.Linear(5, 5);
    expect(net.get_parameter("layer.weight").shape).toEqual([5, 5]);
    net.mean = torch.ones(4);
    expect(net.get_buffer("mean").shape).toEqual([4]);
    net.__delattr__("scale");
    net.__delattr__("layer");
    expect(net.parameters()).toEqual([]);
    expect([...net._parameters.keys()]).toEqual(["none"]);
    net.set_submodule("layer", new nn.Linear(1, 1));
    expect(net.layer.weight.shape).toEqual([1, 1]);
    const layer = new nn.Linear(1, 1);
    Reflect.set(layer, "bias", null);
    expect(layer.parameters()).toHaveLength(1);
    expect(layer(torch.ones(1)).item()).toBe(layer.weight.item());
  });

  it("keep to their own instance", () => {
    const first = new nn.Module() as nn.Module & { thing?: unknown };
    const second = new nn.Module() as typeof first;
    first.register_buffer("thing", torch.ones(1));
    expect(second.thing).toBeUndefined();
    second.thing = "plain";
    expect([second.thing, second.buffers().length, first.buffers().length]).toEqual(["plain", 0, 1]);
    second.register_module("other", new nn.ReLU());
  });

  it("are found when they come late, and by subclasses that train them otherwise", () => {
    class Frozen extends nn.ReLU {
      override train(mode = true): this {
        return super.train(mode && false);
      }
    }
    const model = new nn.Module() as nn.Module & { late: nn.Module };
    expect(model.modules()).toHaveLength(1);
    model.late = new Frozen();
    model.train();
    expect([model.training, model.late.training]).toEqual([true, false]);
  });

  it("are converted, all or those of floating point", () => {
    const net = new Net();
    net.register_buffer("count", torch.tensor(3));
    net.to("cpu", torch.float64);
    expect([net.mean.dtype, net.get_buffer("count").dtype]).toEqual([torch.float64, torch.int64]);
    net.to(torch.ones(1), { non_blocking: true });
    expect(net.scale.dtype).toBe(torch.float32);
    net.type(torch.float64);
    expect(net.get_buffer("count").dtype).toBe(torch.float64);
    expect(net.to_empty({ device: "cpu" }).layer.weight.shape).toEqual([3, 2]);
    expect(() => net.cuda()).toThrow("Torch not compiled with CUDA enabled");
    expect(() => net.half()).toThrow("not supported");
    expect(() => net.share_memory()).toThrow("not supported");
    expect(() => net.to({ devise: "cpu" } as never)).toThrow("to() got an unexpected keyword argument 'devise'");
  });
});

describe("lazy modules", () => {
  it("draw and print as PyTorch's do, and load what is initialised", () => {
    torch.manual_seed(1);
    const make = () => new nn.Sequential(new nn.LazyLinear(4), new nn.ReLU(), new nn.LazyLinear(2, { bias: false }));
    const net = make();
    const held = net.parameters();
    expect(held.map(String)).toEqual(recorded.lazy.before);
    const output = net(torch.arange(6).float().view(2, 3));
    expect(torch.allclose(output, torch.tensor(recorded.lazy.output))).toBe(true);
    expect(String(net)).toBe(recorded.lazy.after);
    expect(net.parameters().every((p, i) => p === held[i])).toBe(true);
    expect(held[0]).toBeInstanceOf(nn.Parameter);
    const copy = make();
    copy.load_state_dict(net.state_dict());
    expect(String(copy)).toBe(recorded.lazy.loaded);
    expect(torch.equal(copy(torch.ones(1, 3)), net(torch.ones(1, 3)))).toBe(true);
    expect(() => new nn.Linear(3, 4).load_state_dict(new nn.LazyLinear(4).state_dict())).toThrow("size mismatch");
  });
});
