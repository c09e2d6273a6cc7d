package io.cellgate.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts an expression into tokens: one pass, every character looked at a bounded number of times. What cannot be a
 * token is reported and left out, so that the parser sees the rest.
 */
final class Lexer {
    /** The kinds of tokens. */
    enum Kind {
        /** A field, keyword, number, address or time: told apart later. */
        WORD,
        /** A quoted string; its text is what the quotes and escapes stand for. */
        STRING,
        /** $name; its text is the name. */
        LIST,
        /** An operator, bracket, comma or range's dots. */
        SYMBOL,
        /** The end of the text. */
        END
    }

    /** A token; its offset is where it begins. */
    record Token(Kind kind, String text, int offset) {
        boolean isSymbol(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }

        boolean isWord(String word) {
            return kind == Kind.WORD && text.equals(word);
        }

        /** How a problem names it. */
        String shown() {
            return switch (kind) {
                case WORD, SYMBOL -> "'" + IpAddress.shortened(text) + "'";
                case STRING -> "the string \"" + IpAddress.shortened(text) + "\"";
                case LIST -> "$" + text;
                case END -> "the end";
            };
        }
    }

    private final CharSequence text;
    private final Problems problems;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Lexer(CharSequence text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    List<Token> tokens() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else if (c == '"') {
                string();
            } else if (c == 'r' && isAt(1, '"')) {
                rawString();
            } else if (c == '$') {
                int start = at++;
                String name = word(true);
                if (name.isEmpty()) {
                    problems.error(start, "'$' without a list's name", "write $name");
                } else {
                    tokens.add(new Token(Kind.LIST, name, start));
                }
            } else if (isWordStart(c)) {
                int start = at;
                tokens.add(new Token(Kind.WORD, word(false), start));
            } else {
                symbol(c);
            }
        }
        tokens.add(new Token(Kind.END, "", text.length()));
        return tokens;
    }

    private boolean isAt(int ahead, char expected) {
        return at + ahead < text.length() && text.charAt(at + ahead) == expected;
    }

    private static boolean isWordPart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
                || c == '.' || c == ':' || c == '/';
    }

    private boolean isWordStart(char c) {
        if (c == '-') {
            return at + 1 < text.length() && text.charAt(at + 1) >= '0'
                    && text.charAt(at + 1) <= '9';
        }
        return isWordPart(c) && c != '/' && !(c == '.' && isAt(1, '.'));
    }

    /** A run of word characters; two dots end it. A dash belongs to it only between letters or digits of a list's name. */
    private String word(boolean list) {
        int start = at;
        if (at < text.length() && text.charAt(at) == '-' && !list) {
            at++;
        }
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean part = list
                    ? c != '.' && c != ':' && c != '/' && isWordPart(c) || c == '-'
                    : isWordPart(c) && !(c == '.' && isAt(1, '.'));
            if (!part) {
                break;
            }
            at++;
        }
        return text.subSequence(start, at).toString();
    }

    private void string() {
        int start = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                char escaped = text.charAt(at + 1);
                switch (escaped) {
                    case '"', '\\' -> value.append(escaped);
                    case 'n' -> value.append('\n');
                    case 'r' -> value.append('\r');
                    case 't' -> value.append('\t');
                    default -> {
                        problems.error(at, "'\\" + escaped + "' is no escape",
                                "write \\\\ for a backslash, or the whole string as r\"…\"");
                        value.append(c).append(escaped);
                    }
                }
                at += 2;
            } else {
                value.append(c);
                at++;
            }
        }
        endOfString(start, value.toString());
    }

    /** r"…": every character stands for itself. */
    private void rawString() {
        int start = at;
        at += 2;
        int from = at;
        while (at < text.length() && text.charAt(at) != '"') {
            at++;
        }
        endOfString(start, text.subSequence(from, at).toString());
    }

    private void endOfString(int start, String value) {
        if (at >= text.length()) {
            problems.error(start, "this string has no end", "close it with \"");
        } else {
            at++;
        }
        tokens.add(new Token(Kind.STRING, value, start));
    }

    private void symbol(char c) {
        int start = at;
        String two = text.subSequence(at, Math.min(at + 2, text.length())).toString();
        String symbol = switch (two) {
            case "==", "!=", "<=", ">=", "&&", "||", ".." -> two;
            default -> switch (c) {
                case '<', '>', '!', '(', ')', '{', '}', '[', ']', '*', ',' -> String.valueOf(c);
                default -> "";
            };
        };
        if (symbol.isEmpty()) {
            int point = Character.codePointAt(text, at);
            at += Character.charCount(point);
            String hint = switch (c) {
                case '=' -> "write ==";
                case '&' -> "write && or and";
                case '|' -> "write || or or";
                case '\'', '\u201c', '\u201d' -> "write strings in double quotes";
                default -> null;
            };
            problems.error(start,
                    point < ' '
                            ? "unexpected character " + point
                            : "unexpected '" + Character.toString(point) + "'",
                    hint);
            if (c == '=') {
                tokens.add(new Token(Kind.SYMBOL, "==", start));
            }
            return;
        }
        at += symbol.length();
        tokens.add(new Token(Kind.SYMBOL, symbol, start));
    }
}
