/**
 * The one hot loop of training: y = x W^T + b over rows, and its gradients.
 *
 * A fully connected layer is one row; a convolution is one row per output pixel, the row being the
 * pixel's receptive field. Weights are [outputs, inputs], as in the IR (OHWI with HWI flattened).
 * Gradients are added to what their arrays hold. Sums run in double precision and are rounded to
 * float32 when stored, so results do not depend on the machine.
 */
export interface AffineSize {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** y[r][o] = b[o] + sum_k x[r][k] * w[o][k] */
export function affine(
  size: AffineSize,
  x: Float32Array,
  w: Float32Array,
  b: Float32Array,
  y: Float32Array,
): void {
  const { rows, inputs, outputs } = size;
  for (let row = 0; row < rows; row++) {
    const from = row * inputs;
    for (let output = 0; output < outputs; output++) {
      const at = output * inputs;
      let sum = b[output] as number;
      for (let k = 0; k < inputs; k++) {
        sum += (x[from + k] as number) * (w[at + k] as number);
      }
      y[row * outputs + output] = sum;
    }
  }
}

export interface AffineGradients {
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly b: Float32Array;
}

/** dw[o] += dy[r][o] * x[r];  db[o] += dy[r][o];  dx[r] += dy[r][o] * w[o] */
export function affineGradients(
  size: AffineSize,
  x: Float32Array,
  w: Float32Array,
  dy: Float32Array,
  gradients: AffineGradients,
): void {
  const { rows, inputs, outputs } = size;
  const { x: dx, w: dw, b: db } = gradients;
  for (let row = 0; row < rows; row++) {
    const from = row * inputs;
    for (let output = 0; output < outputs; output++) {
      const slope = dy[row * outputs + output] as number;
      // ReLU and padding make about half of the slopes zero.
      if (slope === 0) continue;
      const at = output * inputs;
      db[output] = (db[output] as number) + slope;
      for (let k = 0; k < inputs; k++) {
        dw[at + k] = (dw[at + k] as number) + slope * (x[from + k] as number);
        dx[from + k] = (dx[from + k] as number) + slope * (w[at + k] as number);
      }
    }
  }
}
