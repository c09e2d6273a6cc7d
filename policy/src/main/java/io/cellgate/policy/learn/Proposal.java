package io.cellgate.policy.learn;

import io.cellgate.policy.PolicyDocument;
import java.util.List;

/**
 * A proposed policy.
 *
 * @param document in mode shadow: it compiles, and decides nothing until its owner enforces it
 * @param evidence of each rule, in the rules' order
 * @param notes    what was seen or asked for and is not in it
 */
public record Proposal(PolicyDocument document, List<Evidence> evidence, List<Note> notes) {
    /**
     * @param pointer where it stands in what was handed in (RFC 6901); empty where it has no place
     * @param what    what it is, and why it is left out
     */
    public record Note(String pointer, String what) {}

    public Proposal {
        evidence = List.copyOf(evidence);
        notes = List.copyOf(notes);
    }
}
