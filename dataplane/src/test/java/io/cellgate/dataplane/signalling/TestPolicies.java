package io.cellgate.dataplane.signalling;

import io.cellgate.policy.Action;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.RuleDocument;
import java.util.List;

/** Policies whose session phase blocks where a condition holds. */
final class TestPolicies {
    private TestPolicies() {}

    static CompileResult compile(String blockWhen, long revision) {
        return PolicyCompiler.compile(
                new PolicyDocument("test",
                        List.of(new RuleDocument("fence", Phase.SESSION, Action.BLOCK, blockWhen))),
                ListCatalog.EMPTY, revision);
    }
}
