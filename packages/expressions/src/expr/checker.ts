import { compilePattern } from "../golang/pattern.ts";
import { EvaluationError } from "../result.ts";
import { builtinNames } from "./builtin-names.ts";
import { overloads, validators } from "./check-builtin.ts";
import { checkBinary, checkUnary } from "./check-operator.ts";
import { describeMethod } from "./methods.ts";
import * as natures from "./nature.ts";
import { elementOf, isAssignable, isUnknown, type Nature, nameNature, reflectKind, unknown } from "./nature.ts";
import { closureBuiltins } from "./operator-table.ts";
import { errorAt } from "./source-error.ts";
import type { BuiltinNode, CallNode, ConditionalNode, MemberNode, Node, SliceNode, VariableNode } from "./syntax.ts";
import type { ExprValue } from "./value.ts";

interface ClosureScope {
  readonly collection: Nature;
  readonly pointers: ReadonlyMap<string, Nature>;
}

const indexPointer = new Map([["index", natures.int]]);
const reducePointers = new Map([
  ["index", natures.int],
  ["acc", unknown],
]);

/**
 * Checks names and types before anything runs, like expr-lang: an expression that can never work is an error
 * even where the wrong part would not be reached. Throws an EvaluationError with the place.
 */
export function checkTypes(source: string, root: Node, variable: (name: string) => ExprValue | undefined): Nature {
  return new Checker(source, variable).check(root);
}

class Checker {
  readonly #source: string;
  readonly #variable: (name: string) => ExprValue | undefined;
  readonly #locals: { readonly name: string; readonly nature: Nature }[] = [];
  readonly #closures: ClosureScope[] = [];

  constructor(source: string, variable: (name: string) => ExprValue | undefined) {
    this.#source = source;
    this.#variable = variable;
  }

  #fail(node: Node, message: string): never {
    throw errorAt(this.#source, node.at, message);
  }

  #require(node: Node, check: Nature | { readonly problem: string }): Nature {
    return "problem" in check ? this.#fail(node, check.problem) : check;
  }

  check(node: Node): Nature {
    switch (node.type) {
      case "nil":
        return natures.nil;
      case "integer":
        return natures.int;
      case "float":
        return natures.float;
      case "bool":
        return natures.bool;
      case "string":
        return natures.string;
      case "bytes":
        return natures.bytes;
      case "identifier":
        return this.#checkIdentifier(node, node.name);
      case "unary":
        return this.#require(node, checkUnary(node.operator, this.check(node.operand)));
      case "binary":
        return this.#checkBinaries(node);
      case "chain":
        return this.check(node.inner);
      case "member":
        return this.#checkMember(node);
      case "slice":
        return this.#checkSlice(node);
      case "call":
        return this.#checkCall(node);
      case "builtin":
        return this.#checkBuiltin(node);
      case "predicate":
        return this.check(node.body);
      case "pointer":
        return this.#checkPointer(node, node.name);
      case "variable":
        return this.#checkVariable(node);
      case "sequence":
        return node.nodes.reduce<Nature>((_, part) => this.check(part), unknown);
      case "conditional":
        return this.#checkConditional(node);
      case "array":
        return this.#checkArray(node.elements);
      case "map":
        for (const pair of node.pairs) {
          this.check(pair.key);
          this.check(pair.value);
        }
        return natures.stringMap;
    }
  }

  #checkIdentifier(node: Node, name: string): Nature {
    const local = this.#locals.findLast((candidate) => candidate.name === name);
    if (local !== undefined) return local.nature;
    if (name === "$env") return unknown;
    return this.#checkName(node, name, true, true);
  }

  #checkName(node: Node, name: string, strict: boolean, builtins: boolean): Nature {
    const value = this.#variable(name);
    if (value !== undefined) return natures.natureOf(value);
    if (builtins && (builtinNames.has(name) || closureBuiltins.has(name))) return { kind: "func", shape: undefined };
    return strict ? this.#fail(node, `unknown name ${name}`) : unknown;
  }

  // A chain of operators leans to the left: following it in a loop keeps long conditions off the stack.
  #checkBinaries(root: Node): Nature {
    const spine: Extract<Node, { type: "binary" }>[] = [];
    let leftmost = root;
    while (leftmost.type === "binary") {
      spine.push(leftmost);
      leftmost = leftmost.left;
    }
    let left = this.check(leftmost);
    for (let node = spine.pop(); node !== undefined; node = spine.pop()) {
      const right = this.check(node.right);
      if (node.operator === "matches" && node.right.type === "string") this.#checkPattern(node, node.right.value);
      left = this.#require(node, checkBinary(node.operator, left, right));
    }
    return left;
  }

  #checkPattern(node: Node, pattern: string): void {
    try {
      compilePattern(pattern);
    } catch (error) {
      if (error instanceof EvaluationError) this.#fail(node, error.message);
      throw error;
    }
  }

  #checkMember(node: MemberNode): Nature {
    const { base, property } = node;
    if (base.type === "identifier" && base.name === "$env") {
      return property.type === "string" ? this.#checkName(node, property.value, !node.optional, false) : unknown;
    }
    const container = this.check(base);
    const key = this.check(property);
    if (isUnknown(container)) return unknown;
    const name = property.type === "string" ? property.value : undefined;
    if (container.kind === "nil" && name !== undefined) this.#fail(node, `type nil has no field ${name}`);
    const method = name === undefined ? undefined : describeMethod(container, name);
    if (method !== undefined) return { kind: "func", shape: method };
    if (container.kind === "map") {
      const keyNature = container.key === "string" ? natures.string : natures.any;
      if (isUnknown(key) || isAssignable(key, keyNature)) return container.element;
      this.#fail(property, `cannot use ${nameNature(key)} to get an element from ${nameNature(container)}`);
    }
    if (natures.isArrayNature(container)) {
      if (key.kind === "int" || isUnknown(key)) return elementOf(container);
      this.#fail(property, `array elements can only be selected using an integer (got ${nameNature(key)})`);
    }
    if (name !== undefined) this.#fail(node, `type ${nameNature(container)} has no field ${name}`);
    this.#fail(node, `type ${nameNature(container)}[${nameNature(key)}] is undefined`);
  }

  #checkSlice(node: SliceNode): Nature {
    const nature = this.check(node.base);
    if (isUnknown(nature)) return unknown;
    if (nature.kind !== "string" && !natures.isArrayNature(nature))
      this.#fail(node, `cannot slice ${nameNature(nature)}`);
    for (const bound of [node.from, node.to]) {
      if (bound === undefined) continue;
      const kind = this.check(bound);
      if (kind.kind !== "int" && !isUnknown(kind)) this.#fail(bound, `non-integer slice index ${nameNature(kind)}`);
    }
    return nature;
  }

  #checkCall(node: CallNode): Nature {
    const callee = this.check(node.callee);
    const name = calleeName(node.callee);
    if (isUnknown(callee)) {
      // expr-lang does not look at the arguments of a call that it cannot resolve.
      return unknown;
    }
    if (callee.kind === "nil") this.#fail(node, `${name} is nil; cannot call nil as function`);
    if (callee.kind !== "func") this.#fail(node, `${nameNature(callee)} is not callable`);
    if (callee.shape === undefined) return this.#checkPlainBuiltin(node, name, node.args);
    const { parameters, variadic, returns } = callee.shape;
    this.#checkArguments(name, parameters.map(natures.natureOfParameter), variadic, node.args, node);
    return natures.natureOfParameter(returns);
  }

  #checkArguments(
    name: string,
    parameters: readonly Nature[],
    variadic: boolean,
    args: readonly Node[],
    node: Node,
  ): void {
    const required = variadic ? parameters.length - 1 : parameters.length;
    if (args.length < required) this.#fail(node, `not enough arguments to call ${name}`);
    if (!variadic && args.length > required) this.#fail(node, `too many arguments to call ${name}`);
    for (const [index, argument] of args.entries()) {
      const wanted = parameters[Math.min(index, parameters.length - 1)] ?? natures.any;
      const given = this.check(argument);
      if (wanted.kind === "float" && given.kind === "int") continue;
      if (given.kind === "nil") {
        if (wanted.kind === "any") continue;
        this.#fail(argument, `cannot use nil as argument (type ${nameNature(wanted)}) to call ${name}`);
      }
      if (isUnknown(given) || isAssignable(given, wanted)) continue;
      this.#fail(argument, `cannot use ${nameNature(given)} as argument (type ${nameNature(wanted)}) to call ${name} `);
    }
  }

  #checkBuiltin(node: BuiltinNode): Nature {
    if (closureBuiltins.has(node.name)) return this.#checkClosureBuiltin(node);
    if (node.name === "get") return this.#checkGet(node);
    return this.#checkPlainBuiltin(node, node.name, node.args);
  }

  #checkPlainBuiltin(node: Node, name: string, args: readonly Node[]): Nature {
    const validate = validators.get(name);
    if (validate !== undefined) return this.#require(node, validate(args.map((argument) => this.check(argument))));
    let lastError: EvaluationError | undefined;
    for (const overload of overloads.get(name) ?? []) {
      try {
        this.#checkArguments(name, overload.parameters, false, args, node);
        return overload.result;
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        lastError = error;
      }
    }
    throw lastError ?? errorAt(this.#source, node.at, `no matching overload for ${name}`);
  }

  #checkGet(node: BuiltinNode): Nature {
    const [base, property] = node.args;
    if (base === undefined || property === undefined || node.args.length !== 2) {
      this.#fail(node, `invalid number of arguments (expected 2, got ${node.args.length})`);
    }
    const container = this.check(base);
    const key = this.check(property);
    if (isUnknown(container)) return unknown;
    if (natures.isArrayNature(container)) {
      if (key.kind === "int" || isUnknown(key)) return elementOf(container);
      this.#fail(property, `non-integer slice index ${nameNature(key)}`);
    }
    if (container.kind === "map") {
      const keyNature = container.key === "string" ? natures.string : natures.any;
      if (isUnknown(key) || isAssignable(key, keyNature)) return container.element;
      this.#fail(property, `cannot use ${nameNature(key)} to get an element from ${nameNature(container)}`);
    }
    this.#fail(base, `type ${nameNature(container)} does not support indexing`);
  }

  #checkClosureBuiltin(node: BuiltinNode): Nature {
    const [list, closure, third] = node.args;
    if (list === undefined) return unknown;
    const collection = this.check(list);
    if (!natures.isArrayNature(collection) && !isUnknown(collection)) {
      this.#fail(list, `builtin ${node.name} takes only array (got ${nameNature(collection)})`);
    }
    const pointers = node.name === "map" ? indexPointer : node.name === "reduce" ? reducePointers : new Map();
    let body: Nature | undefined;
    if (closure !== undefined) {
      this.#closures.push({ collection, pointers });
      body = this.check(closure);
      this.#closures.pop();
      if (body.kind === "nil") {
        this.#fail(closure, "predicate should has one input and one output param");
      }
      if (needsCondition.has(node.name) && body.kind !== "bool" && !isUnknown(body)) {
        this.#fail(closure, `predicate should return boolean (got ${nameNature(body)})`);
      }
    }
    if (third !== undefined) this.#checkThird(node.name, third);
    return closureResult(node.name, collection, body);
  }

  #checkThird(name: string, node: Node): void {
    const nature = this.check(node);
    if (name === "sortBy" && nature.kind !== "string" && !isUnknown(nature)) {
      this.#fail(node, `sortBy order argument must be a string (got ${nameNature(nature)})`);
    }
  }

  #checkPointer(node: Node, name: string): Nature {
    const scope = this.#closures.at(-1);
    if (scope === undefined) this.#fail(node, "cannot use pointer accessor outside predicate");
    if (name === "") return isUnknown(scope.collection) ? unknown : elementOf(scope.collection);
    return scope.pointers.get(name) ?? this.#fail(node, `unknown pointer #${name}`);
  }

  #checkVariable(node: VariableNode): Nature {
    if (this.#variable(node.name) !== undefined) this.#fail(node, `cannot redeclare ${node.name}`);
    if (builtinNames.has(node.name) || closureBuiltins.has(node.name)) {
      this.#fail(node, `cannot redeclare builtin ${node.name}`);
    }
    if (this.#locals.some((local) => local.name === node.name)) {
      this.#fail(node, `cannot redeclare variable ${node.name}`);
    }
    this.#locals.push({ name: node.name, nature: this.check(node.value) });
    const nature = this.check(node.body);
    this.#locals.pop();
    return nature;
  }

  #checkConditional(node: ConditionalNode): Nature {
    const condition = this.check(node.condition);
    if (condition.kind !== "bool" && !isUnknown(condition)) {
      this.#fail(node.condition, `non-bool expression (type ${nameNature(condition)}) used as condition`);
    }
    const then = this.check(node.then);
    const otherwise = this.check(node.otherwise);
    if (then.kind === "nil") return otherwise;
    if (otherwise.kind === "nil") return then;
    if (!isAssignable(then, otherwise)) return unknown;
    if (then.kind === "array" && otherwise.kind === "array") {
      const same = isAssignable(then.element, otherwise.element) && isAssignable(otherwise.element, then.element);
      return same ? then : natures.anyArray;
    }
    return then;
  }

  #checkArray(elements: readonly Node[]): Nature {
    const kinds = elements.map((element) => this.check(element));
    const last = kinds.at(-1) ?? unknown;
    return kinds.every((kind) => reflectKind(kind) === reflectKind(last)) ? natures.arrayOf(last) : natures.anyArray;
  }
}

const needsCondition: ReadonlySet<string> = new Set([
  "all",
  "none",
  "any",
  "one",
  "filter",
  "count",
  "find",
  "findLast",
  "findIndex",
  "findLastIndex",
]);

function closureResult(name: string, collection: Nature, body: Nature | undefined): Nature {
  const element = isUnknown(collection) ? unknown : elementOf(collection);
  switch (name) {
    case "filter":
      return isUnknown(collection) ? natures.anyArray : natures.arrayOf(element);
    case "map":
      return natures.arrayOf(body ?? unknown);
    case "count":
    case "findIndex":
    case "findLastIndex":
      return natures.int;
    case "sum":
    case "reduce":
      return body ?? element;
    case "find":
    case "findLast":
      return element;
    case "groupBy":
      return { kind: "map", key: "any", element: natures.anyArray };
    case "sortBy":
      return collection;
    default:
      return natures.bool;
  }
}

function calleeName(callee: Node): string {
  if (callee.type === "identifier") return callee.name;
  if (callee.type === "member" && callee.property.type === "string") return callee.property.value;
  return "function";
}
