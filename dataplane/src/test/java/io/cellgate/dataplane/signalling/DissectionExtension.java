package io.cellgate.dataplane.signalling;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each class of tests, has tshark read what the gateways in it sent; registered for all of them. */
public final class DissectionExtension implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        Harness.dissect();
    }
}
