package io.cellgate.policy;

import io.cellgate.policy.Lexer.Kind;
import io.cellgate.policy.Lexer.Token;
import io.cellgate.policy.Syntax.Literal;
import io.cellgate.policy.Syntax.Operand;
import io.cellgate.policy.Syntax.Operator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression by recursive descent. After something it cannot read it goes on at the next and, or, or closing
 * parenthesis, so that one run reports all. Every token is consumed once, and the nesting is bounded: time is linear
 * in the text, the stack bounded by {@link #MAX_DEPTH}.
 *
 * <pre>
 *   or         := and {("or" | "||") and}
 *   and        := unary {("and" | "&amp;&amp;") unary}
 *   unary      := ("not" | "!") unary | primary
 *   primary    := "(" or ")" | "true" | "false" | "any" "(" field "[*]" test ")" | "is_known" "(" field ")"
 *               | field [test]
 *   test       := operator operand
 *   operand    := literal | set
 *   set        := "{" {literal [".." literal] [","]} "}" | "$" name
 *   field      := name ["[" string "]"]
 * </pre>
 */
final class Parser {
    /** How deep parentheses and negations may nest. */
    static final int MAX_DEPTH = 64;

    private final List<Token> tokens;
    private final Problems problems;
    private int at;
    private int depth;
    /** Set where the rest is not read: what is missing at its end is no further problem. */
    private boolean gaveUp;

    private Parser(List<Token> tokens, Problems problems) {
        this.tokens = tokens;
        this.problems = problems;
    }

    static Syntax parse(CharSequence text, Problems problems) {
        return parse(new Lexer(text, problems).tokens(), problems);
    }

    static Syntax parse(List<Token> tokens, Problems problems) {
        Parser parser = new Parser(tokens, problems);
        if (parser.next().kind() == Kind.END) {
            problems.error(0, "the condition is empty",
                    "write true for a rule that always matches");
            return new Syntax.Unreadable(0);
        }
        Syntax syntax = parser.or();
        while (parser.next().kind() != Kind.END) {
            Token rest = parser.next();
            problems.error(rest.offset(), "unexpected " + rest.shown(),
                    rest.isSymbol(")") ? "it closes nothing" : "expected and, or, or the end");
            if (rest.kind() == Kind.SYMBOL && !rest.isSymbol("(")) {
                parser.at++;
                parser.skipConnective();
            }
            if (parser.next().kind() != Kind.END) {
                Syntax ignored = parser.or();
            }
        }
        return syntax;
    }

    private void skipConnective() {
        if (isAnd(next()) || isOr(next())) {
            at++;
        }
    }

    private Token next() {
        return tokens.get(at);
    }

    private static boolean isOr(Token token) {
        return token.isWord("or") || token.isSymbol("||");
    }

    private static boolean isAnd(Token token) {
        return token.isWord("and") || token.isSymbol("&&");
    }

    private Syntax or() {
        int offset = next().offset();
        List<Syntax> parts = new ArrayList<>();
        parts.add(and());
        while (isOr(next())) {
            at++;
            parts.add(and());
        }
        return parts.size() == 1 ? parts.getFirst() : new Syntax.Or(parts, offset);
    }

    private Syntax and() {
        int offset = next().offset();
        List<Syntax> parts = new ArrayList<>();
        parts.add(unary());
        while (isAnd(next())) {
            at++;
            parts.add(unary());
        }
        return parts.size() == 1 ? parts.getFirst() : new Syntax.And(parts, offset);
    }

    private Syntax unary() {
        int offset = next().offset();
        boolean negated = false;
        boolean any = false;
        while (next().isWord("not") || next().isSymbol("!")) {
            at++;
            any = true;
            negated = !negated;
        }
        Syntax part = primary();
        if (!any) {
            return part;
        }
        return negated ? new Syntax.Not(part, offset) : part;
    }

    private Syntax primary() {
        Token token = next();
        if (token.isSymbol("(")) {
            return parenthesis(token);
        }
        if (token.kind() == Kind.WORD && !isAnd(token) && !isOr(token)) {
            return switch (token.text()) {
                case "true", "false" -> {
                    at++;
                    yield new Syntax.Truth(token.text().equals("true"), token.offset());
                }
                case "any" -> {
                    at++;
                    yield any(token);
                }
                case "is_known" -> {
                    at++;
                    yield isKnown(token);
                }
                default -> {
                    Syntax.FieldName field = field();
                    yield field == null ? recover(token) : comparison(field);
                }
            };
        }
        return unexpected("expected a field, a function, not or '('");
    }

    private Syntax parenthesis(Token open) {
        if (depth == MAX_DEPTH) {
            problems.error(open.offset(), "nested deeper than " + MAX_DEPTH + " parentheses",
                    "split the rule");
            gaveUp = true;
            at = tokens.size() - 1;
            return new Syntax.Unreadable(open.offset());
        }
        at++;
        depth++;
        Syntax inner = or();
        depth--;
        if (next().isSymbol(")")) {
            at++;
        } else {
            Syntax ignored = unexpected("expected and, or, or ')' for the '(' at its beginning");
            if (next().isSymbol(")")) {
                at++;
            }
        }
        return inner;
    }

    private Syntax any(Token word) {
        if (!expect("(")) {
            return recover(word);
        }
        Syntax.FieldName name = field();
        if (name == null) {
            return recover(word);
        }
        if (!(expect("[") && expect("*") && expect("]"))) {
            return recover(word);
        }
        Syntax comparison = comparison(
                new Syntax.FieldName(name.name(), name.key(), true, name.offset()));
        if (comparison instanceof Syntax.Unreadable || !expect(")")) {
            Syntax ignored = recover(word);
            if (next().isSymbol(")")) {
                at++;
            }
        }
        return comparison;
    }

    private Syntax isKnown(Token word) {
        if (!expect("(")) {
            return recover(word);
        }
        Syntax.FieldName name = field();
        if (name == null || !expect(")")) {
            return recover(word);
        }
        return new Syntax.IsKnown(name, word.offset());
    }

    private boolean expect(String symbol) {
        if (next().isSymbol(symbol)) {
            at++;
            return true;
        }
        problems.error(next().offset(), "unexpected " + next().shown(),
                "expected '" + symbol + "'");
        return false;
    }

    private Syntax.@Nullable FieldName field() {
        Token name = next();
        if (name.kind() != Kind.WORD) {
            problems.error(name.offset(), "unexpected " + name.shown(), "expected a field");
            return null;
        }
        at++;
        if (!next().isSymbol("[") || tokens.get(at + 1).isSymbol("*")) {
            return new Syntax.FieldName(name.text(), null, false, name.offset());
        }
        at++;
        Token key = next();
        if (key.kind() != Kind.STRING) {
            problems.error(key.offset(), "unexpected " + key.shown(),
                    "expected a header's name in quotes, or * inside any(…)");
            return null;
        }
        at++;
        if (!expect("]")) {
            return null;
        }
        return new Syntax.FieldName(name.text(), key.text(), false, name.offset());
    }

    private Syntax comparison(Syntax.FieldName field) {
        Token token = next();
        boolean mayBe = token.kind() == Kind.WORD || token.kind() == Kind.SYMBOL;
        Operator operator = mayBe ? Operator.ofText(token.text()) : null;
        if (operator == null) {
            if (token.kind() == Kind.WORD && !isAnd(token) && !isOr(token)
                    || token.kind() == Kind.STRING || token.kind() == Kind.LIST
                    || token.isSymbol("{") || token.isSymbol("[")) {
                problems.error(token.offset(), "unexpected " + token.shown(),
                        token.isSymbol("[")
                                ? "write any(" + field.name() + "[*] …)"
                                : "expected an operator: ==, !=, <, <=, >, >=, in, contains, matches, starts_with or ends_with");
                return recover(token);
            }
            return new Syntax.Comparison(field, null, token.offset(), null, field.offset());
        }
        at++;
        Operand operand = operand();
        return operand == null
                ? recover(token)
                : new Syntax.Comparison(field, operator, token.offset(), operand, field.offset());
    }

    private @Nullable Operand operand() {
        Token token = next();
        switch (token.kind()) {
            case LIST -> {
                at++;
                return new Syntax.ListName(token.text(), token.offset());
            }
            case STRING -> {
                at++;
                return new Literal(token.text(), true, token.offset());
            }
            case WORD -> {
                if (!isAnd(token) && !isOr(token) && !token.isWord("not")) {
                    at++;
                    return new Literal(token.text(), false, token.offset());
                }
            }
            case SYMBOL -> {
                if (token.isSymbol("{")) {
                    at++;
                    return set(token);
                }
            }
            case END -> {
            }
        }
        problems.error(token.offset(), "unexpected " + token.shown(),
                "expected a value, a set in braces or a $list");
        return null;
    }

    private @Nullable Operand set(Token open) {
        List<Operand> members = new ArrayList<>();
        while (!next().isSymbol("}")) {
            Token token = next();
            if (token.isSymbol(",")) {
                at++;
                continue;
            }
            if (token.kind() != Kind.STRING && token.kind() != Kind.WORD || isAnd(token)
                    || isOr(token)) {
                problems.error(token.offset(), "unexpected " + token.shown() + " in a set",
                        token.kind() == Kind.LIST
                                ? "write … in " + token.shown() + " or … in {…}"
                                : "expected a value or '}' for the '{' at its beginning");
                return null;
            }
            at++;
            Literal first = new Literal(token.text(), token.kind() == Kind.STRING, token.offset());
            if (!next().isSymbol("..")) {
                members.add(first);
                continue;
            }
            at++;
            Token last = next();
            if (last.kind() != Kind.STRING && last.kind() != Kind.WORD) {
                problems.error(last.offset(), "unexpected " + last.shown(),
                        "expected the last value of the range");
                return null;
            }
            at++;
            members.add(new Syntax.Range(first,
                    new Literal(last.text(), last.kind() == Kind.STRING, last.offset()),
                    token.offset()));
        }
        at++;
        return new Syntax.SetOf(members, open.offset());
    }

    private Syntax unexpected(String hint) {
        Token token = next();
        if (!gaveUp) {
            problems.error(token.offset(), "unexpected " + token.shown(), hint);
        }
        return recover(token);
    }

    /** Goes to where the next part of the expression may begin: a connective, or the end of a parenthesis. */
    private Syntax recover(Token from) {
        int open = 0;
        while (next().kind() != Kind.END) {
            Token token = next();
            if (open == 0 && (isAnd(token) || isOr(token) || token.isSymbol(")"))) {
                break;
            }
            if (token.isSymbol("(")) {
                open++;
            } else if (token.isSymbol(")")) {
                open--;
            }
            at++;
        }
        return new Syntax.Unreadable(from.offset());
    }
}
