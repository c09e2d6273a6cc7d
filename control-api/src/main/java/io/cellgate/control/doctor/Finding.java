package io.cellgate.control.doctor;

/**
 * What one look has found.
 *
 * @param expected what is needed
 * @param remedy   what to do; empty where nothing is
 */
public record Finding(Grade grade, String what, String found, String expected, String remedy) {
    /** How bad it is. */
    public enum Grade {
        OK,
        /** A gateway runs, but not as well or as safely as it could. */
        WARN,
        /** A gateway does not start, or not with everything. */
        FAIL
    }

    static Finding ok(String what, String found) {
        return new Finding(Grade.OK, what, found, "", "");
    }

    static Finding fail(String what, String found, String expected, String remedy) {
        return new Finding(Grade.FAIL, what, found, expected, remedy);
    }

    static Finding warn(String what, String found, String expected, String remedy) {
        return new Finding(Grade.WARN, what, found, expected, remedy);
    }
}
