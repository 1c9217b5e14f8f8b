import { type Op, type OpInfo, op, type Spec } from "../op.js";
import { exp2, expm1, log1p } from "./pointwise.js";
import { round } from "./rounding.js";
import { log_softmax, logsumexp, softmax } from "./softmax.js";
import { digamma, erf, erfc, erfinv, lgamma, logit, polygamma, sinc, xlogy } from "./special.js";
import { igamma, igammac, mvlgamma } from "./special_functions.js";

/** What `torch` has, under its name in `torch.special`; the first argument is `input` there. */
function alias<const S extends string>(text: S, { info }: { readonly info: OpInfo }): Op<S> {
  const first = () => info.signature.parameters[0].name;
  const renamed = <T>(record: Readonly<Record<string, T>> | undefined) =>
    record && Object.fromEntries(Object.entries(record).map(([key, v]) => [key === first() ? "input" : key, v]));
  return op(text)({
    composite: (...args: unknown[]) => info.call(args),
    get domain() {
      return renamed(info.spec.domain);
    },
    get samples() {
      return info.spec.samples?.map(renamed);
    },
    get example() {
      const [code, prints] = info.spec.example;
      const [, self, rest] = new RegExp(`^(.*)\\.${info.name}\\((.*)\\)$`).exec(code) ?? [];
      const args = self === "torch" ? rest : [self, rest].filter(Boolean).join(", ");
      return [`torch.special.${/::(\w+)/.exec(text)![1]}(${args})`, prints] as const;
    },
  } as unknown as Spec<S>);
}

export const special_digamma = alias("special::digamma(Tensor input) -> Tensor", digamma);
export const special_psi = alias("special::psi(Tensor input) -> Tensor", digamma);
export const special_erf = alias("special::erf(Tensor input) -> Tensor", erf);
export const special_erfc = alias("special::erfc(Tensor input) -> Tensor", erfc);
export const special_erfinv = alias("special::erfinv(Tensor input) -> Tensor", erfinv);
export const special_exp2 = alias("special::exp2(Tensor input) -> Tensor", exp2);
export const special_expm1 = alias("special::expm1(Tensor input) -> Tensor", expm1);
export const special_gammaln = alias("special::gammaln(Tensor input) -> Tensor", lgamma);
export const special_gammainc = alias("special::gammainc(Tensor input, Tensor other) -> Tensor", igamma);
export const special_gammaincc = alias("special::gammaincc(Tensor input, Tensor other) -> Tensor", igammac);
export const special_multigammaln = alias("special::multigammaln(Tensor input, int p) -> Tensor", mvlgamma);
export const special_log1p = alias("special::log1p(Tensor input) -> Tensor", log1p);
export const special_logit = alias("special::logit(Tensor input, float? eps=None) -> Tensor", logit);
export const special_sinc = alias("special::sinc(Tensor input) -> Tensor", sinc);
export const special_xlogy = alias("special::xlogy(Tensor input, Tensor|Scalar other) -> Tensor", xlogy);

/** {@link polygamma}. */
export const special_polygamma = op("special::polygamma(int n, Tensor input) -> Tensor")({
  composite: (n, input) => polygamma(n, input),
  domain: { input: [0.5, 4] },
  samples: [{ n: 1, input: [2, 3] }],
  example: ["torch.special.polygamma(1, torch.tensor([1, 2]))", "tensor([1.6449, 0.6449])"],
});

/** {@link sigmoid}: `1 / (1 + e^-x)`. */
export const special_expit = op("special::expit(Tensor input) -> Tensor")({
  composite: (input) => input.sigmoid(),
  example: ["torch.special.expit(torch.tensor([0, 1]))", "tensor([0.5000, 0.7311])"],
});

/** {@link round}. */
export const special_round = op("special::round(Tensor input, *, int decimals=0) -> Tensor")({
  composite: (input, decimals) => round(input, { decimals }),
  domain: { input: [0.6, 1.4] },
  example: ["torch.special.round(torch.tensor([1.25, 2.75]), { decimals: 1 })", "tensor([1.2000, 2.8000])"],
});

/** {@link logsumexp}. */
export const special_logsumexp = op("special::logsumexp(Tensor input, int[] dim, bool keepdim=False) -> Tensor")({
  composite: (input, dim, keepdim) => logsumexp(input, dim, keepdim),
  samples: [{ input: [2, 3], dim: 1 }],
  example: ["torch.special.logsumexp(torch.zeros(2), 0)", "tensor(0.6931)"],
});

/** {@link softmax}. */
export const special_softmax = op("special::softmax(Tensor input, int dim, *, ScalarType? dtype=None) -> Tensor")({
  composite: (input, dim, dtype) => softmax(input, dim, { dtype }),
  samples: [{ input: [2, 3], dim: 1 }],
  example: ["torch.special.softmax(torch.zeros(2), 0)", "tensor([0.5000, 0.5000])"],
});

/** {@link log_softmax}. */
export const special_log_softmax = op(
  "special::log_softmax(Tensor input, int dim, *, ScalarType? dtype=None) -> Tensor",
)({
  composite: (input, dim, dtype) => log_softmax(input, dim, { dtype }),
  samples: [{ input: [2, 3], dim: 1 }],
  example: ["torch.special.log_softmax(torch.zeros(2), 0)", "tensor([-0.6931, -0.6931])"],
});
