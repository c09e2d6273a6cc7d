package io.cellgate.policy;

/** A checked rule with its place among its phase's rules and the decision that it takes. */
record CompiledRule(int index, Condition condition, Decision decision) {
    boolean logs() {
        return decision.action() == Action.LOG;
    }
}
