package io.cellgate.inventory.place;

import io.cellgate.policy.subject.Plmn;

/**
 * A tracking area of a network, or a location area: {@code 26201-4711}, TS 23.003 §19.4.2.3 and §4.1.
 *
 * @param code TAC or LAC, 16 bits
 */
public record Area(Plmn plmn, int code) {
    public static final int MAX_CODE = 0xffff;

    public Area {
        if (code < 0 || code > MAX_CODE) {
            throw new IllegalArgumentException(
                    "area: got " + code + ", expected 0 to " + MAX_CODE);
        }
    }

    /** @throws IllegalArgumentException if it is not PLMN-CODE */
    public static Area parse(String text) {
        String[] parts = text.split("-", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "area: got \"" + text + "\", expected PLMN-TAC, such as 26201-4711");
        }
        return new Area(Plmn.parse(parts[0]), number(parts[1]));
    }

    static int number(String digits) {
        if (!digits.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("got \"" + digits + "\", expected a number");
        }
        return Integer.parseInt(digits);
    }

    @Override
    public String toString() {
        return plmn + "-" + code;
    }
}
