import { NotImplementedError } from "../python/errors.js";

/*
 * What PyTorch has and Rushlight leaves out on purpose. The names exist, so that a translated script is told so in
 * words instead of "is not a function".
 */

export type LeftOut<Names extends string> = { readonly [N in Names]: (...args: unknown[]) => never };

/** Functions `home.name` that throw, for names parted by spaces. */
export function leftOut<Names extends string>(home: string, why: string, names: readonly Names[]): LeftOut<Names> {
  const entries = names.map((name) => [
    name,
    () => {
      throw new NotImplementedError(`${home}.${name} is not supported`, why);
    },
  ]);
  return Object.fromEntries(entries) as LeftOut<Names>;
}

export const COMPLEX = "Tensors are real: there are no complex dtypes.";
export const LAYOUTS = "Tensors are dense: there are no sparse, quantized or named ones.";
export const SPECTRA =
  "There are no singular value, QR or eigenvalue decompositions. linalg.solve, inv, det and cholesky are there.";
export const BESSEL = "Bessel functions and orthogonal polynomials are left out.";
export const FACTORS = "LU and LDL factors are not given out. linalg.solve, inv, det, slogdet and cholesky are there.";
const TRACING = "Functions run as they are written: nothing traces or compiles them.";
const PRECISION = "There are no 16-bit dtypes to compute in: everything runs in float32 or float64.";

/** Of `torch`. */
export const leftOutOfTorch = {
  ...leftOut("torch", COMPLEX, [
    "complex",
    "polar",
    "stft",
    "istft",
    "view_as_complex",
    "view_as_complex_copy",
    "view_as_real",
    "view_as_real_copy",
  ]),
  ...leftOut("torch", LAYOUTS, [
    "dequantize",
    "dsmm",
    "fake_quantize_per_channel_affine",
    "fake_quantize_per_tensor_affine",
    "hsmm",
    "hspmm",
    "int_repr",
    "q_per_channel_axis",
    "q_per_channel_scales",
    "q_per_channel_zero_points",
    "q_scale",
    "q_zero_point",
    "quantize_per_channel",
    "quantize_per_tensor",
    "quantize_per_tensor_dynamic",
    "quantized_batch_norm",
    "quantized_max_pool1d",
    "quantized_max_pool2d",
    "saddmm",
    "smm",
    "sparse_bsc_tensor",
    "sparse_bsr_tensor",
    "sparse_compressed_tensor",
    "sparse_coo_tensor",
    "sparse_csc_tensor",
    "sparse_csr_tensor",
    "spmm",
    "sspaddmm",
  ]),
  ...leftOut("torch", FACTORS, ["lu", "lu_solve", "lu_unpack"]),
  ...leftOut("torch", BESSEL, ["i0", "i0_"]),
  ...leftOut("torch", TRACING, ["compile", "cond"]),
  ...leftOut("torch", "torch.histogram counts along one dimension.", ["histogramdd"]),
  ...leftOut("torch", "Compare the elements: torch.equal(x, y).", ["hash_tensor"]),
  ...leftOut("torch", PRECISION, ["autocast"]),
  ...leftOut("torch", "Read the file and give its bytes to torch.frombuffer().", ["from_file"]),
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
export const leftOutOfLinalg = {
  ...leftOut("torch.linalg", FACTORS, [
    "ldl_factor",
    "ldl_factor_ex",
    "ldl_solve",
    "lu",
    "lu_factor",
    "lu_factor_ex",
    "lu_solve",
  ]),
  ...leftOut("torch.linalg", SPECTRA, [
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
  ]),
};

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
  "shifted_chebyshev_polynomial_t",
  "shifted_chebyshev_polynomial_u",
  "shifted_chebyshev_polynomial_v",
  "shifted_chebyshev_polynomial_w",
  "spherical_bessel_j0",
]);
