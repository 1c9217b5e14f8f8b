import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { nn, type Tensor, torch } from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "rushlight-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, undefined, true, false, NaN, Infinity, -Infinity, 0, -0, 5e-324, 2 ** 53),
    fc.double(),
    fc.bigInt(),
    fc.string({ unit: "binary" }),
    fc.uint8Array(),
    fc.float32Array(),
    fc.float64Array(),
    fc.int32Array(),
    fc.array(tie("value")),
    fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__"), fc.constant("0")), tie("value"), {
      noNullPrototype: true,
    }),
    fc.array(fc.tuple(fc.string(), tie("value"))).map((entries) => new Map(entries)),
    fc.array(fc.string()).map((elements) => new Set(elements)),
  ),
})).value;

const dtypes = [torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool];
const tensors = fc
  .tuple(
    fc.constantFrom(...dtypes),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([dtype, shape, transposed, requires_grad]) => {
    const x = torch.rand(shape).mul(9).to(dtype);
    const view = transposed && x.dim() === 2 ? x.T : x;
    return requires_grad && dtype.is_floating_point ? view.detach().requires_grad_() : view;
  });

const described = (x: Tensor) => [x.dtype, x.shape, x.requires_grad, x.is_leaf, x.tolist()];
const roundTrip = <T>(value: T): T => torch.load(torch.save(value)) as T;

describe("save and load", () => {
  it("give back plain values of any nesting", () => {
    fc.assert(fc.property(plain, (value) => void expect(roundTrip(value)).toStrictEqual(value)));
  });

  it("give back tensors with dtype, shape, values and requires_grad", () => {
    fc.assert(
      fc.property(fc.array(tensors), (all) => {
        expect(roundTrip({ all }).all.map(described)).toEqual(all.map(described));
      }),
    );
  });

  it("keep memory shared that was shared, and save it once", () => {
    const x = torch.zeros(100, 100);
    const bytes = torch.save({ x, row: x.index([1]), again: x, other: x.clone() });
    expect(bytes.length).toBeLessThan(2 * 4 * 100 * 100 + 2000);
    const loaded = torch.load(bytes) as Record<string, Tensor>;
    expect(loaded.again).toBe(loaded.x);
    loaded.row.fill_(7);
    expect(loaded.x.index([1, 2]).item()).toBe(7);
    expect(loaded.other.sum().item()).toBe(0);
    expect(x.sum().item()).toBe(0);
  });

  it("save a result without its graph, as PyTorch does", () => {
    const y = torch.ones(2, { requires_grad: true }).mul(3);
    expect(described(roundTrip(y))).toEqual([torch.float32, [2], true, true, [3, 3]]);
  });

  it("write a file and read it", () => {
    const model = new nn.Linear(3, 2);
    torch.save(model.state_dict(), path("model.ckpt"));
    const other = new nn.Linear(3, 2);
    other.load_state_dict(torch.load(path("model.ckpt")) as nn.StateDict);
    expect(other.weight.tolist()).toEqual(model.weight.tolist());
  });

  it("refuse what has no plain value, and say where it is", () => {
    const inside = (value: unknown) => () => torch.save({ a: [1, { b: value }] });
    expect(inside(() => 1)).toThrow("cannot save obj.a[1].b: it is a function");
    expect(inside(new Date())).toThrow("cannot save obj.a[1].b: it is a Date");
    expect(inside(Symbol("x"))).toThrow("cannot save obj.a[1].b");
    expect(inside(new nn.Linear(1, 1))).toThrow("Save its state_dict()");
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => torch.save(loop)).toThrow("cannot save obj[0]: it contains itself");
    // @ts-expect-error a path is a string
    expect(() => torch.save({}, 3)).toThrow("argument 'f' (position 2) must be str, not int");
    // @ts-expect-error a path is a string
    expect(() => torch.load(3)).toThrow("argument 'f' (position 1) must be str or Uint8Array, not int");
  });
});

describe("a checkpoint that was harmed", () => {
  const bytes = torch.save({ x: torch.arange(20), list: [1, "two", null] });

  it("is told from a whole one wherever a bit has changed", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const harmed = bytes.slice();
        harmed[at] ^= 1 << bit;
        expect(() => torch.load(harmed)).toThrow(/checkpoint (is|has)|no checkpoint/);
      }),
    );
  });

  it("is told from a whole one wherever it was cut off, or if something follows", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => torch.load(bytes.slice(0, length))).toThrow(/truncated|no checkpoint/);
      }),
    );
    expect(() => torch.load(Uint8Array.of(...bytes, 0))).toThrow("followed by something else");
  });

  it("is called by its fault", () => {
    expect(() => torch.load(bytes.slice(0, 100))).toThrow(`the checkpoint is truncated: 100 bytes of ${bytes.length}`);
    expect(() => torch.load(new TextEncoder().encode("PK: not ours at all, but long enough for a header"))).toThrow(
      "this is no checkpoint",
    );
    const newer = bytes.slice();
    newer[8] = 2;
    expect(() => torch.load(newer)).toThrow("the checkpoint has version 2; this release reads version 1");
  });

  it("may lie anywhere in a larger array", () => {
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(String((torch.load(larger.subarray(3)) as { x: Tensor }).x)).toBe(String(torch.arange(20)));
  });
});

describe("files", () => {
  it("are replaced whole or not at all", () => {
    torch.save({ a: 1 }, path("run.ckpt"));
    expect(() => torch.save({ f: () => 1 }, path("run.ckpt"))).toThrow("cannot save");
    expect(torch.load(path("run.ckpt"))).toEqual({ a: 1 });
    torch.save({ a: 2 }, path("run.ckpt"));
    expect(torch.load(path("run.ckpt"))).toEqual({ a: 2 });
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("are left alone when the new one cannot be written", () => {
    mkdirSync(path("taken"));
    expect(() => torch.save(1, path("taken"))).toThrow("could not be written");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("are found through links, which stay links", () => {
    torch.save({ a: 1 }, path("target.ckpt"));
    symlinkSync(path("target.ckpt"), path("link.ckpt"));
    torch.save({ a: 2 }, path("link.ckpt"));
    expect(torch.load(path("target.ckpt"))).toEqual({ a: 2 });
  });

  it("that are missing, or no files, are complained of", () => {
    expect(() => torch.load(path("nothing.ckpt"))).toThrow(`No such file or directory: '${path("nothing.ckpt")}'`);
    expect(() => torch.load(folder)).toThrow("Is a directory");
    expect(() => torch.save(1, path("no/such/run.ckpt"))).toThrow(
      `Parent directory ${path("no/such")} does not exist.`,
    );
    writeFileSync(path("empty.ckpt"), "");
    expect(() => torch.load(path("empty.ckpt"))).toThrow("this is no checkpoint");
  });

  it("keep who may read them", () => {
    torch.save(1, path("private.ckpt"));
    chmodSync(path("private.ckpt"), 0o600);
    torch.save(2, path("private.ckpt"));
    expect(torch.load(path("private.ckpt"))).toBe(2);
    expect(statSync(path("private.ckpt")).mode & 0o777).toBe(0o600);
  });

  it("need a file system; without one the bytes can be had", () => {
    const bytes = readFileSync(path("run.ckpt"));
    vi.stubGlobal("process", undefined);
    try {
      expect(() => torch.save(1, "run.ckpt")).toThrow("there is no file system here");
      expect(() => torch.load("run.ckpt")).toThrow("takes the bytes");
      expect(torch.load(bytes)).toEqual({ a: 2 });
      expect(torch.save(1)).toBeInstanceOf(Uint8Array);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
