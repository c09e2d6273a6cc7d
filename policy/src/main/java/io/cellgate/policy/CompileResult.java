package io.cellgate.policy;

import java.util.List;

/** What became of a document. */
public sealed interface CompileResult {
    /** It can be published; warnings do not prevent that. */
    record Compiled(CompiledPolicy policy, List<Problem> warnings) implements CompileResult {
        public Compiled {
            warnings = List.copyOf(warnings);
        }
    }

    /** It cannot: all that is wrong with it, warnings too, in the order of its rules. */
    record Rejected(List<Problem> problems) implements CompileResult {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
