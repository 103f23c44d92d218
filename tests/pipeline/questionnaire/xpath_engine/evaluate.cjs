// Evaluates XPath expressions with openrosa-xpath-evaluator, the engine of Enketo.
//
// Reads JSON lines: first {"instance": XML, "today": "YYYY-MM-DD"}, then {"context": XPath, "expression": XPath} each.
// Writes a JSON line for each expression: {"string", "number", "boolean"}, all as texts, or {"error"}.
'use strict';

const { JSDOM } = require('jsdom');

const [head, ...asked] = require('node:fs')
    .readFileSync(0, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const { window } = new JSDOM('');
for (const name of ['XPathResult', 'Node', 'Element', 'DOMParser']) global[name] = window[name];

// The DOM of a browser can evaluate a prepared expression without being told the type of the result; jsdom's cannot.
global.XPathEvaluator = class {
    evaluate(expression, node, resolver, type) {
        return document.evaluate(expression, node, resolver, type, null);
    }

    createExpression(expression, resolver) {
        return { evaluate: (node) => this.evaluate(expression, node, resolver, XPathResult.ANY_TYPE) };
    }
};
global.window = { enketoFormLocale: 'en' };

// The clock stands still on the day that is given, so that today() and now() always give the same.
const RealDate = Date;
global.Date = class extends RealDate {
    constructor(...parts) {
        super(...(parts.length ? parts : [`${head.today}T00:00:00.000Z`]));
    }
};

const { evaluate } = require('openrosa-xpath-evaluator')();
const document = new DOMParser().parseFromString(head.instance, 'application/xml');
const { STRING_TYPE, NUMBER_TYPE, BOOLEAN_TYPE, FIRST_ORDERED_NODE_TYPE } = XPathResult;

for (const { context, expression } of asked) {
    let answer;
    try {
        const node = document.evaluate(context, document, null, FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
        if (node === null) throw new Error(`The context ${context} is not in the instance.`);
        const as = (type) => evaluate(expression, node, null, type);
        answer = {
            string: as(STRING_TYPE).stringValue,
            number: String(as(NUMBER_TYPE).numberValue),
            boolean: String(as(BOOLEAN_TYPE).booleanValue),
        };
    } catch (error) {
        answer = { error: String(error.message) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
}
