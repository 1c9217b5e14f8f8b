import { NotImplementedError } from "../python/errors.js";

/*
 * What PyTorch has and Rushlight leaves out on purpose. The names exist, so that a translated script is told so in
 * words instead of "is not a function".
 */

type LeftOut<Names extends string> = { readonly [N in Names]: (...args: unknown[]) => never };

/** Functions `home.name` that throw, for names parted by spaces. */
function leftOut<Names extends string>(home: string, why: string, names: readonly Names[]): LeftOut<Names> {
  const entries = names.map((name) => [
    name,
    () => {
      throw new NotImplementedError(`${home}.${name} is not supported`, why);
    },
  ]);
  return Object.fromEntries(entries) as LeftOut<Names>;
}

const COMPLEX = "Tensors are real: there are no complex dtypes.";
const LAYOUTS = "Tensors are dense: there are no sparse, quantized or named ones.";
const SPECTRA =
  "There are no singular value, QR or eigenvalue decompositions. linalg.solve, inv, det and cholesky are there.";
const BESSEL = "Bessel functions and orthogonal polynomials are left out.";

/** Of `torch`. */
export const leftOutOfTorch = {
  ...leftOut("torch", COMPLEX, ["complex", "polar", "stft", "istft", "view_as_complex", "view_as_real"]),
  ...leftOut("torch", LAYOUTS, [
    "quantize_per_channel",
    "quantize_per_tensor",
    "sparse_bsr_tensor",
    "sparse_coo_tensor",
    "sparse_csc_tensor",
    "sparse_csr_tensor",
  ]),
  ...leftOut("torch", SPECTRA, [
    "geqrf",
    "lobpcg",
    "orgqr",
    "ormqr",
    "pca_lowrank",
    "pinverse",
    "qr",
    "svd",
    "svd_lowrank",
  ]),
  fft: leftOut("torch.fft", COMPLEX, [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
  ]),
};

/** Of `torch.linalg`. */
export const leftOutOfLinalg = leftOut("torch.linalg", SPECTRA, [
  "cond",
  "eig",
  "eigh",
  "eigvals",
  "eigvalsh",
  "householder_product",
  "lstsq",
  "matrix_rank",
  "pinv",
  "qr",
  "svd",
  "svdvals",
]);

/** Of `torch.special`. */
export const leftOutOfSpecial = leftOut("torch.special", BESSEL, [
  "airy_ai",
  "bessel_j0",
  "bessel_j1",
  "bessel_y0",
  "bessel_y1",
  "chebyshev_polynomial_t",
  "chebyshev_polynomial_u",
  "chebyshev_polynomial_v",
  "chebyshev_polynomial_w",
  "hermite_polynomial_h",
  "hermite_polynomial_he",
  "i0",
  "i0e",
  "i1",
  "i1e",
  "laguerre_polynomial_l",
  "legendre_polynomial_p",
  "modified_bessel_i0",
  "modified_bessel_i1",
  "modified_bessel_k0",
  "modified_bessel_k1",
  "scaled_modified_bessel_k0",
  "scaled_modified_bessel_k1",
  "spherical_bessel_j0",
]);
