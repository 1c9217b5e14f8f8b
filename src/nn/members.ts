import { KeyError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";
import { CallHooks } from "./call.js";
import { Buffer, Parameter } from "./parameter.js";
import { StateHooks } from "./state_dict.js";

/*
 * What belongs to a module. Parameters, buffers and modules are kept in maps, in the order in which they came, and stand
 * on the module's properties as well. They come in two ways:
 *
 * - `register_parameter(name, p)` and its like put the value in a hidden slot behind an accessor of that name. The
 *   accessor lies on the prototype of the class, one for all its instances, so that reading it costs nothing; writing it
 *   is checked as PyTorch checks it.
 * - A class field or an assignment, `hidden = new nn.Linear(2, 8)`, is an ordinary property. Nothing tells when it comes,
 *   so the properties are looked through whenever somebody asks for members. A parameter found in this way gets an
 *   accessor; modules and buffers stay what they are, and are checked when looked at.
 */

/** A name behind which every module has a slot of its own. */
interface Slot {
  readonly key: symbol;
  readonly accessor: PropertyDescriptor;
}

type Properties = Record<string | symbol, unknown>;

const slots = new Map<string, Slot>();

function slotFor(name: string): Slot {
  let slot = slots.get(name);
  if (!slot) {
    const key = Symbol(name);
    const accessor: PropertyDescriptor = {
      get(this: Properties) {
        return this[key];
      },
      set(this: Owner, value: unknown) {
        this[MEMBERS].assign(name, value);
      },
      configurable: true,
    };
    slot = { key, accessor };
    slots.set(name, slot);
  }
  return slot;
}

export const MEMBERS: unique symbol = Symbol("members");

/** A module as far as its members go. */
export interface Owner {
  /** Are the members' names data, as in a container? Then their accessors go on the module itself, not on its class. */
  readonly namesAreData: boolean;
  readonly [MEMBERS]: Members<Owner>;
}

const isOwner = (value: unknown): value is Owner => typeof value === "function" && MEMBERS in value;

/** The name that `torch.typename` gives to a value. */
export const typename = (value: unknown): string =>
  value instanceof Tensor ? `torch.${value.dtype.scalarName}Tensor` : pythonTypeOf(value);

export class Members<M extends Owner> {
  readonly parameters = new Map<string, Parameter | null>();
  readonly buffers = new Map<string, Tensor | null>();
  readonly modules = new Map<string, M | null>();
  readonly nonPersistent = new Set<string>();
  readonly calls = new CallHooks();
  readonly state = new StateHooks();
  /** Members that are ordinary properties. */
  private readonly fields = new Set<string>();

  constructor(private readonly module: M) {}

  /** Has the module an attribute of this name, in Python's sense? */
  has(name: string): boolean {
    if (this.isMember(name)) return true;
    if (this.module.namesAreData && isPlace(name)) return false;
    return this.properties[name] !== undefined && !isOfFunction(this.module, name);
  }

  /** A member, or what else the property of this name holds. */
  get(name: string): unknown {
    for (const kind of ["parameter", "buffer", "module"] as const) {
      if (this.mapOf(kind).has(name)) return this.mapOf(kind).get(name);
    }
    return this.properties[name];
  }

  isMember(name: string): boolean {
    return this.parameters.has(name) || this.buffers.has(name) || this.modules.has(name);
  }

  /** Takes in what has come by assignment to properties since the last time. */
  look(): this {
    const { module, fields } = this;
    for (const name of Object.keys(module)) {
      const value = this.properties[name];
      if (value instanceof Tensor || isOwner(value) || fields.has(name)) this.adopt(name, value);
    }
    for (const name of fields) if (!Object.hasOwn(module, name)) this.forget(name);
    return this;
  }

  /** A property of the module that is, or was, a member. */
  private adopt(name: string, value: unknown): void {
    const kind = this.kindFor(name, value);
    if (kind === null) return;
    if (kind === "parameter") {
      this.fields.delete(name);
      this.show(name, this.module);
      this.store(name, kind, value);
      return;
    }
    this.fields.add(name);
    this.enter(name, kind, value);
  }

  /** What a write to the property of a member does: the value becomes a member, replaces it, or is refused. */
  assign(name: string, value: unknown): void {
    const kind = this.kindFor(name, value);
    if (kind === null) {
      Object.defineProperty(this.module, name, { value, writable: true, enumerable: true, configurable: true });
    } else {
      if (kind === "buffer" && value instanceof Buffer) this.setPersistent(name, value.persistent);
      this.store(name, kind, value);
    }
  }

  /** Registers a member under its name. */
  register(name: string, kind: Kind, value: Parameter | Tensor | M | null): void {
    this.look();
    const { module } = this;
    this.fields.delete(name);
    // a container finds its places by itself
    if (module.namesAreData) {
      if (!isPlace(name)) this.show(name, module);
    } else this.show(name, Object.hasOwn(module, name) ? module : Object.getPrototypeOf(module));
    this.store(name, kind, value);
  }

  /** Puts any tensor in the place of a parameter or a buffer. */
  put(name: string, tensor: Tensor | null): void {
    this.register(name, this.look().parameters.has(name) ? "parameter" : "buffer", tensor);
  }

  /** @throws KeyError unless a member of this kind may have the name */
  checkName(kind: Kind, name: string): void {
    if (typeof name !== "string") throw new TypeError(`${kind} name should be a string. Got ${typename(name)}`);
    const taken = this.has(name) && !this.mapOf(kind).has(name);
    if (kind === "module" && taken) throw new KeyError(`attribute '${name}' already exists`);
    if (name.includes(".")) {
      throw new KeyError(`${kind} name can't contain "."${kind === "module" ? `, got: ${name}` : ""}`);
    }
    if (name === "") throw new KeyError(`${kind} name can't be empty string ""`);
    if (taken) throw new KeyError(`attribute '${name}' already exists`);
  }

  setPersistent(name: string, persistent: boolean): void {
    if (persistent) this.nonPersistent.delete(name);
    else this.nonPersistent.add(name);
  }

  /** Takes a member out; the property goes with it. */
  remove(name: string): void {
    this.forget(name);
    delete this.properties[name];
    const slot = slots.get(name);
    if (slot) this.properties[slot.key] = undefined;
  }

  /** Gives what this module has, each member copied, to another module of the class. */
  copyTo(other: Members<M>, copied: <T>(value: T) => T): void {
    this.look();
    for (const kind of ["parameter", "buffer", "module"] as const) {
      for (const [name, value] of this.mapOf(kind)) {
        if (this.fields.has(name)) other.properties[name] = copied(value);
        else other.register(name, kind, copied(value) as M);
      }
    }
    for (const name of this.nonPersistent) other.look().setPersistent(name, false);
    other.calls.adopt(this.calls);
    other.state.adopt(this.state);
  }

  /** Makes the accessors good again after the module has changed its class. */
  moved(): void {
    for (const name of [...this.parameters.keys(), ...this.buffers.keys(), ...this.modules.keys()]) {
      if (!this.fields.has(name) && !Object.hasOwn(this.module, name)) {
        this.show(name, Object.getPrototypeOf(this.module));
      }
    }
  }

  private get properties(): Properties {
    return this.module as unknown as Properties;
  }

  private show(name: string, holder: object): void {
    const { accessor } = slotFor(name);
    if (Object.getOwnPropertyDescriptor(holder, name)?.get !== accessor.get) {
      Object.defineProperty(holder, name, accessor);
    }
  }

  private store(name: string, kind: Kind, value: unknown): void {
    this.properties[this.fields.has(name) ? name : slotFor(name).key] = value ?? null;
    this.enter(name, kind, value);
  }

  private enter(name: string, kind: Kind, value: unknown): void {
    for (const other of ["parameter", "buffer", "module"] as const) if (other !== kind) this.mapOf(other).delete(name);
    if (kind !== "buffer") this.nonPersistent.delete(name);
    else if (value instanceof Buffer && !this.buffers.has(name)) this.setPersistent(name, value.persistent);
    this.mapOf(kind).set(name, value ?? null);
  }

  private forget(name: string): void {
    for (const kind of ["parameter", "buffer", "module"] as const) this.mapOf(kind).delete(name);
    this.fields.delete(name);
    this.nonPersistent.delete(name);
  }

  private mapOf(kind: Kind): Map<string, unknown> {
    return kind === "parameter" ? this.parameters : kind === "buffer" ? this.buffers : this.modules;
  }

  /**
   * As what a value may be assigned to a name; `null` for an attribute like any other.
   *
   * @throws TypeError if the name is a member's and the value is nothing of the kind
   */
  private kindFor(name: string, value: unknown): Kind | null {
    const none = value === null || value === undefined;
    const refuse = (as: string, expected: string): never => {
      throw new TypeError(`cannot assign '${typename(value)}' as ${as} '${name}' (${expected} or None expected)`);
    };
    if (value instanceof Parameter) return "parameter";
    if (this.parameters.has(name)) return none ? "parameter" : refuse("parameter", "torch.nn.Parameter");
    if (isOwner(value)) return "module";
    if (this.modules.has(name)) return none ? "module" : refuse("child module", "torch.nn.Module");
    if (!(value instanceof Buffer) && !this.buffers.has(name)) return null;
    return none || value instanceof Tensor ? "buffer" : refuse("buffer", "torch.nn.Buffer, torch.Tensor");
  }
}

type Kind = "parameter" | "buffer" | "module";

const isPlace = (name: string): boolean => /^-?\d+$/.test(name);

/** The name and length that every function of JavaScript has are no attributes of the module. */
function isOfFunction(module: object, name: string): boolean {
  return (name === "name" || name === "length") && Object.getOwnPropertyDescriptor(module, name)?.writable === false;
}
