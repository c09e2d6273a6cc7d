package io.cellgate.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.policy.Action;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.RuleDocument;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyShelfTest {
    private static CompiledPolicy compiled(int port) {
        PolicyDocument document = new PolicyDocument("web", List.of(new RuleDocument("web",
                Phase.NETWORK, Action.ALLOW, "net.dst.port == " + port)));
        return switch (PolicyCompiler.compile(document, ListCatalog.EMPTY, port)) {
            case CompileResult.Compiled(var policy, var _) -> policy;
            case CompileResult.Rejected(var problems) -> throw new IllegalArgumentException(
                    problems.toString());
        };
    }

    /** Else whoever puts SIMs under ever new policies would have each publication take longer. */
    @Test
    void slotThatNobodyHas_isForgotten_andOneThatSomebodyHas_isPublished() throws Exception {
        PolicyShelf shelf = new PolicyShelf();
        shelf.put(new PolicyShelf.Book("pol_1", "acc", compiled(80)));
        PolicySlot kept = shelf.slot("pol_1", null, null);
        WeakReference<PolicySlot> gone = new WeakReference<>(shelf.slot(null, null, null));
        for (int i = 0; i < 500 && gone.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(gone.get()).isNull();

        CompiledPolicy next = compiled(443);
        shelf.put(new PolicyShelf.Book("pol_1", "acc", next));
        shelf.publish("acc");
        assertThat(kept.current().own()).isSameAs(next);
        assertThat(shelf.slot("pol_1", null, null)).isSameAs(kept);
    }
}
