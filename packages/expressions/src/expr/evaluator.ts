import { matchesPattern } from "../golang/pattern.ts";
import { EvaluationError } from "../result.ts";
import { fetchMember, sliceOf } from "./access.ts";
import { builtins } from "./builtins/index.ts";
import { callFunction } from "./call-function.ts";
import { runClosureBuiltin } from "./closures.ts";
import { constantBoolean } from "./constant-boolean.ts";
import type { Evaluation } from "./evaluation.ts";
import * as operators from "./operators.ts";
import type { CallNode, MemberNode, Node } from "./syntax.ts";
import { ExprBytes, ExprDictionary, type ExprValue, isNil, type MapKey } from "./value.ts";

/** What `#` means inside a closure. */
export interface ClosureFrame {
  item: ExprValue;
  index: number;
  accumulator: ExprValue;
}

/** Stands for "an optional access met nil": it leaves the accesses around it up to their chain. */
const broken = Symbol("broken chain");
type Reached = ExprValue | typeof broken;

/** Evaluates one checked tree against an environment; throws an EvaluationError where expr-lang panics. */
export class Evaluator {
  readonly evaluation: Evaluation;
  readonly #variable: (name: string) => ExprValue | undefined;
  readonly #environment: () => ExprValue;
  readonly #locals: { readonly name: string; readonly value: ExprValue }[] = [];
  readonly #frames: ClosureFrame[] = [];

  constructor(evaluation: Evaluation, variable: (name: string) => ExprValue | undefined, environment: () => ExprValue) {
    this.evaluation = evaluation;
    this.#variable = variable;
    this.#environment = environment;
  }

  evaluate(node: Node): ExprValue {
    this.evaluation.spend(1);
    switch (node.type) {
      case "nil":
        return null;
      case "integer":
      case "float":
      case "bool":
      case "string":
        return node.value;
      case "bytes":
        return new ExprBytes(node.value);
      case "identifier":
        return this.#evaluateName(node.name);
      case "unary":
        return this.#evaluateUnary(node.operator, this.evaluate(node.operand));
      case "binary":
        return this.#evaluateBinaries(node);
      case "chain":
        return this.#evaluateChain(node.inner);
      case "member":
      case "call":
        return this.#finish(this.#reach(node));
      case "slice":
        return this.#evaluateSlice(node.base, node.from, node.to);
      case "builtin":
        return this.#evaluateBuiltin(node.name, node.args);
      case "predicate":
        return this.evaluate(node.body);
      case "pointer":
        return this.#evaluatePointer(node.name);
      case "variable":
        return this.withLocal(node.name, this.evaluate(node.value), () => this.evaluate(node.body));
      case "sequence":
        return node.nodes.reduce<ExprValue>((_, part) => this.evaluate(part), null);
      case "conditional":
        return this.evaluate(operators.requireBoolean(this.evaluate(node.condition)) ? node.then : node.otherwise);
      case "array":
        this.evaluation.allocate(node.elements.length);
        return node.elements.map((element) => this.evaluate(element));
      case "map":
        return this.#evaluateMap(node.pairs);
    }
  }

  withLocal(name: string, value: ExprValue, body: () => ExprValue): ExprValue {
    this.#locals.push({ name, value });
    const result = body();
    this.#locals.pop();
    return result;
  }

  /** Runs `body` with the frame as the meaning of `#`. */
  withFrame(frame: ClosureFrame, body: () => ExprValue): ExprValue {
    this.#frames.push(frame);
    const result = body();
    this.#frames.pop();
    return result;
  }

  #evaluateName(name: string): ExprValue {
    const local = this.#locals.findLast((candidate) => candidate.name === name);
    if (local !== undefined) return local.value;
    return name === "$env" ? this.#environment() : (this.#variable(name) ?? null);
  }

  #evaluatePointer(name: string): ExprValue {
    const frame = this.#frames.at(-1);
    if (frame === undefined) throw new EvaluationError("cannot use pointer accessor outside predicate");
    if (name === "index") return BigInt(frame.index);
    return name === "acc" ? frame.accumulator : frame.item;
  }

  #evaluateUnary(operator: string, value: ExprValue): ExprValue {
    if (operator === "-") return operators.negate(value);
    return operator === "+" ? value : !operators.requireBoolean(value);
  }

  // Chains of operators lean to the left; they are followed in a loop, so that a condition may have thousands of terms.
  #evaluateBinaries(root: Node): ExprValue {
    const spine: Extract<Node, { type: "binary" }>[] = [];
    let leftmost = root;
    while (leftmost.type === "binary") {
      spine.push(leftmost);
      leftmost = leftmost.left;
    }
    let left = this.#startSpine(spine, leftmost);
    for (let node = spine.pop(); node !== undefined; node = spine.pop()) {
      this.evaluation.spend(1);
      left = this.#evaluateBinary(node.operator, left, node.right);
    }
    return left;
  }

  /** Drops what a constant makes irrelevant ("… || true") and gives the value that the rest starts from. */
  #startSpine(spine: Extract<Node, { type: "binary" }>[], leftmost: Node): ExprValue {
    for (const [index, node] of spine.entries()) {
      const isAnd = node.operator === "&&" || node.operator === "and";
      if (!isAnd && node.operator !== "||" && node.operator !== "or") continue;
      if (constantBoolean(node.right) !== !isAnd) continue;
      spine.length = index;
      return !isAnd;
    }
    return this.evaluate(leftmost);
  }

  #evaluateBinary(operator: string, left: ExprValue, rightNode: Node): ExprValue {
    switch (operator) {
      case "||":
      case "or":
        if (constantBoolean(rightNode) === false) return left;
        return operators.requireBoolean(left) ? true : this.evaluate(rightNode);
      case "&&":
      case "and":
        if (constantBoolean(rightNode) === true) return left;
        return operators.requireBoolean(left) ? this.evaluate(rightNode) : false;
      case "??":
        return isNil(left) ? this.evaluate(rightNode) : left;
      default:
        return this.#applyBinary(operator, left, this.evaluate(rightNode));
    }
  }

  #applyBinary(operator: string, left: ExprValue, right: ExprValue): ExprValue {
    switch (operator) {
      case "==":
        return operators.equals(left, right);
      case "!=":
        return !operators.equals(left, right);
      case "<":
        return operators.order("<", left, right) < 0;
      case ">":
        return operators.order(">", left, right) > 0;
      case "<=":
        return operators.order("<=", left, right) <= 0;
      case ">=":
        return operators.order(">=", left, right) >= 0;
      case "+":
        return operators.add(left, right);
      case "-":
        return operators.subtract(left, right);
      case "*":
        return operators.multiply(left, right);
      case "/":
        return operators.divide(left, right);
      case "%":
        return operators.modulo(left, right);
      case "**":
      case "^":
        return operators.power(left, right);
      case "in":
        return operators.isIn(left, right);
      case "..":
        return this.#makeRange(operators.toInt(left), operators.toInt(right));
      default:
        return this.#applyText(operator, left, right);
    }
  }

  #applyText(operator: string, left: ExprValue, right: ExprValue): boolean {
    if (isNil(left) || isNil(right)) return false;
    const text = left instanceof ExprBytes ? new TextDecoder().decode(left.bytes) : operators.requireString(left);
    const operand = operators.requireString(right);
    switch (operator) {
      case "matches":
        this.evaluation.spend(text.length >> 4);
        return matchesPattern(operand, text);
      case "contains":
        return text.includes(operand);
      case "startsWith":
        return text.startsWith(operand);
      default:
        return text.endsWith(operand);
    }
  }

  #makeRange(from: bigint, to: bigint): ExprValue {
    if (to < from) return [];
    const size = Number(to - from) + 1;
    this.evaluation.allocate(size);
    return Array.from({ length: size }, (_, index) => from + BigInt(index));
  }

  #evaluateChain(inner: Node): ExprValue {
    const reached = this.#reach(inner);
    // A chain turns Go's typed nil into plain nil.
    return reached === broken || isNil(reached) ? null : reached;
  }

  #finish(reached: Reached): ExprValue {
    return reached === broken ? null : reached;
  }

  #reach(node: Node): Reached {
    if (node.type === "member") return this.#reachMember(node);
    return node.type === "call" ? this.#reachCall(node) : this.evaluate(node);
  }

  #reachMember(node: MemberNode): Reached {
    this.evaluation.spend(1);
    const base = this.#reach(node.base);
    if (base === broken || (node.optional && isNil(base))) return broken;
    return fetchMember(base, this.evaluate(node.property));
  }

  #reachCall(node: CallNode): Reached {
    const args = node.args.map((argument) => this.evaluate(argument));
    const callee = this.#reach(node.callee);
    return callee === broken ? broken : callFunction(callee, args, this.evaluation);
  }

  #evaluateSlice(baseNode: Node, fromNode: Node | undefined, toNode: Node | undefined): ExprValue {
    const base = this.evaluate(baseNode);
    const to = toNode === undefined ? undefined : this.evaluate(toNode);
    return sliceOf(base, fromNode === undefined ? 0n : this.evaluate(fromNode), to);
  }

  #evaluateMap(pairs: readonly { readonly key: Node; readonly value: Node }[]): ExprValue {
    this.evaluation.allocate(pairs.length);
    const entries = new Map<MapKey, ExprValue>();
    for (const pair of pairs) {
      const key = operators.requireString(this.evaluate(pair.key));
      const value = this.evaluate(pair.value);
      // Go fills the map from the last pair to the first, so of two equal keys the first wins.
      if (!entries.has(key)) entries.set(key, value);
    }
    return new ExprDictionary(entries);
  }

  #evaluateBuiltin(name: string, args: readonly Node[]): ExprValue {
    const builtin = builtins.get(name);
    if (builtin === undefined) return runClosureBuiltin(this, name, args);
    const values = args.map((argument) => this.evaluate(argument));
    return builtin(values, this.evaluation);
  }
}
