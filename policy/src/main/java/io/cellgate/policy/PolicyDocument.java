package io.cellgate.policy;

import java.util.List;

/** A whole policy as its author wrote it. It is replaced as a whole; there is no editing of one rule. */
public record PolicyDocument(String name, Mode mode, Defaults defaults, List<RuleDocument> rules) {
    /** Whether its verdicts count. */
    public enum Mode {
        ENFORCE,
        /** It is evaluated beside the enforced policy, and where it differs that is logged. */
        SHADOW
    }

    /**
     * What happens where no rule matches, and how blocking is done where a rule does not say.
     *
     * @param session     allow or block, as are the others
     * @param blockAnswer what blocked queries are answered with
     * @param reject      whether blocked flows are told so instead of meeting silence
     */
    public record Defaults(Action session, Action dns, Action network, Action http,
            BlockAnswer blockAnswer, boolean reject) {
        /** A device may attach, and reaches nothing that no rule allows. */
        public static final Defaults STANDARD = new Defaults(Action.ALLOW, Action.BLOCK,
                Action.BLOCK, Action.BLOCK, BlockAnswer.NXDOMAIN, false);

        public Action of(Phase phase) {
            return switch (phase) {
                case SESSION -> session;
                case DNS -> dns;
                case NETWORK -> network;
                case HTTP -> http;
            };
        }
    }

    public PolicyDocument {
        rules = List.copyOf(rules);
    }

    /** An enforced policy with the standard defaults. */
    public PolicyDocument(String name, List<RuleDocument> rules) {
        this(name, Mode.ENFORCE, Defaults.STANDARD, rules);
    }
}
