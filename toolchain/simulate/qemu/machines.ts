/**
 * The boards that QEMU has: the program, the machine and its options. Data
 * only; a board is added by a line here and a firmware target (firmware-host/targets).
 */
export interface Machine {
  readonly program: string;
  readonly machine: string;
  /** Further options of the machine, such as a processor or `-bios none`. */
  readonly options?: readonly string[];
}

const arm = (machine: string): Machine => ({ program: "qemu-system-arm", machine });

export const machines = {
  "mps2-an385": arm("mps2-an385"),
  "mps2-an386": arm("mps2-an386"),
  "mps2-an500": arm("mps2-an500"),
  "mps2-an547": arm("mps3-an547"),
  stm32f405: arm("netduinoplus2"),
  microbit: arm("microbit"),
  "rv32-virt": {
    program: "qemu-system-riscv32",
    machine: "virt",
    options: ["-bios", "none"],
  },
  "esp32-core": {
    program: "qemu-system-xtensa",
    machine: "sim",
    options: ["-cpu", "lx106", "-semihosting"],
  },
} as const satisfies Readonly<Record<string, Machine>>;

export type EmulatedBoard = keyof typeof machines;
