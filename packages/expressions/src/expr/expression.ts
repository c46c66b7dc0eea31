import { formatValue } from "../golang/format-value.ts";
import { limits } from "../limits.ts";
import { capture, EvaluationError, fail, type Result, succeed } from "../result.ts";
import { checkTypes } from "./checker.ts";
import { EnvironmentMap, type ExprEnvironment, withArgoFunctions } from "./environment.ts";
import { Evaluation, type EvaluationOptions } from "./evaluation.ts";
import { Evaluator } from "./evaluator.ts";
import { type ParsedExpression, parseSource } from "./parser.ts";
import type { ExprValue } from "./value.ts";

/** A parsed expression. It may be evaluated any number of times, against any environment. */
export interface CompiledExpression {
  readonly source: string;
}

export class Program implements CompiledExpression {
  readonly source: string;
  readonly parsed: ParsedExpression;

  constructor(source: string, parsed: ParsedExpression) {
    this.source = source;
    this.parsed = parsed;
  }
}

/** Parses an expression of the expr language; names and types are checked against the environment later. */
export function compileExpression(source: string): Result<CompiledExpression> {
  return compileProgram(source);
}

/** Like compileExpression, with the syntax tree at hand. */
export function compileProgram(source: string, nodesMax?: number): Result<Program> {
  if (source.length > limits.sourceLengthMax) return fail("expression is too long");
  return capture(() => new Program(source, parseSource(source, nodesMax === undefined ? {} : { nodesMax })));
}

/** Evaluates an expression whose names are the environment's and Argo's functions. */
export function evaluateExpression(
  compiled: CompiledExpression,
  environment: ExprEnvironment,
  options: EvaluationOptions = {},
): Result<ExprValue> {
  const program = compiled instanceof Program ? succeed(compiled) : compileProgram(compiled.source);
  if (!program.ok) return program;
  const full = withArgoFunctions(environment);
  const checked = checkProgram(program.value, full);
  return checked.ok ? runProgram(checked.value, full, options) : checked;
}

/** Checks a program against an environment; the result may differ where a variable hides a builtin. */
export function checkProgram(program: Program, environment: ExprEnvironment): Result<Program> {
  return capture(() => {
    const variable = (name: string) => environment.get(name);
    const isHidden = (name: string) => variable(name) !== undefined;
    const hides = [...program.parsed.builtinsCalled].some(isHidden);
    const parsed = hides ? parseSource(program.source, { isOverridden: isHidden }) : program.parsed;
    checkTypes(program.source, parsed.root, variable);
    return hides ? new Program(program.source, parsed) : program;
  });
}

/** Runs a program that has been checked against the same environment. */
export function runProgram(
  program: Program,
  environment: ExprEnvironment,
  options: EvaluationOptions,
): Result<ExprValue> {
  return capture(() => {
    const variable = (name: string) => environment.get(name);
    const evaluator = new Evaluator(new Evaluation(options), variable, () => new EnvironmentMap(environment));
    return evaluator.evaluate(program.parsed.root);
  });
}

/** Evaluates an expression that must give true or false: depends, retry strategies, hooks, success conditions. */
export function evaluateBoolean(
  source: string,
  environment: ExprEnvironment,
  options: EvaluationOptions = {},
): Result<boolean> {
  const program = compileProgram(source);
  if (!program.ok) return program;
  const full = withArgoFunctions(environment);
  const checked = checkProgram(program.value, full);
  if (!checked.ok) return checked;
  const result = runProgram(checked.value, full, options);
  if (!result.ok) return fail(`unable to evaluate expression '${source}': ${result.error}`);
  if (typeof result.value === "boolean") return succeed(result.value);
  return fail(`unable to cast expression result '${describe(result.value)}' to bool`);
}

function describe(value: ExprValue): string {
  try {
    return formatValue(value);
  } catch (error) {
    if (error instanceof EvaluationError) return "a value that is too deep to print";
    throw error;
  }
}
