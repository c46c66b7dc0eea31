/** Every limit of the local runtimes, named once. */
export const localLimits = {
  /** Argo keeps as much of stdout as `outputs.result`. */
  resultBytesMax: 256 * 1024,
  parameterBytesMax: 256 * 1024,
  artifactBytesMax: 16 * 1024 ** 3,
  logFileBytesMax: 32 * 1024 ** 2,
  logLineBytesMax: 16 * 1024,
  /** Processes of one task: what a fork bomb gets. */
  processesMax: 4_096,
  /** Argo passes templates longer than this some other way: the kernel takes 128 KiB a variable. */
  environmentValueBytesMax: 128 * 1024 - 1_024,
  upperTmpfsBytesMax: 2 * 1024 ** 3,
  graceMsDefault: 30_000,
  pollMs: 100,
  /** How long run folders and logs stay after the task's report is committed. */
  retentionMs: 24 * 3_600_000,
} as const;
