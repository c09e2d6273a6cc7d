package io.cellgate.inventory;

import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.batch.Batch;
import io.cellgate.inventory.batch.ImportFormat;
import io.cellgate.inventory.batch.ImportSummary;
import io.cellgate.inventory.batch.LineResult;
import io.cellgate.inventory.order.Order;
import io.cellgate.inventory.order.OrderAction;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.order.ProductKind;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimAction;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.store.Actor;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Ready-made objects for tests: through the public API, into a real database. */
public final class Fixture {
    public static final Actor TESTER = new Actor("test");

    private Fixture() {}

    /** ICCIDs with right check digits, one for each number. */
    public static String iccid(long number) {
        String digits = "894900" + String.format("%012d", number);
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int d = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? 2 * d : d;
            sum += weighted / 10 + weighted % 10;
        }
        return digits + (10 - sum % 10) % 10;
    }

    public static String imsi(long number) {
        return "26299" + String.format("%010d", number);
    }

    public static String msisdn(long number) {
        return "4915" + String.format("%09d", number);
    }

    public static String ki(long number) {
        return String.format("%032X", number * 0x9E3779B97F4A7C15L | 1L << 62);
    }

    public static String opc(long number) {
        return String.format("%032X", number * 0xC2B2AE3D27D4EB4FL | 1L << 61);
    }

    public static String csvLine(long number) {
        return iccid(number) + "," + imsi(number) + "," + msisdn(number) + "," + ki(number) + ","
                + opc(number) + "\n";
    }

    /** A manufacturer's file that is made as it is read. */
    public static InputStream csv(long from, long count) {
        return new InputStream() {
            private byte[] line = "iccid,imsi,msisdn,ki,opc\n".getBytes(StandardCharsets.US_ASCII);
            private int position;
            private long next = from;

            @Override
            public int read() {
                byte[] octet = new byte[1];
                return read(octet, 0, 1) < 0 ? -1 : octet[0];
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (position == line.length) {
                    if (next == from + count) {
                        return -1;
                    }
                    line = csvLine(next++).getBytes(StandardCharsets.US_ASCII);
                    position = 0;
                }
                int part = Math.min(length, line.length - position);
                System.arraycopy(line, position, into, offset, part);
                position += part;
                return part;
            }
        };
    }

    public static Account account(Inventory inventory, String name) {
        return inventory.accounts().create(TESTER, name, false).require();
    }

    public static Product product(Inventory inventory) {
        return inventory.products().create(TESTER, "card", ProductKind.CARD, 150, "EUR", true)
                .require();
    }

    /** SIMs in stock, numbered. */
    public static Batch stock(Inventory inventory, Product product, long from, long count)
            throws IOException {
        Batch batch = inventory.batches().create(TESTER, product.id(), "batch-" + from).require();
        ImportSummary summary = inventory.batches().importSims(TESTER, batch.id(),
                csv(from, count), ImportFormat.CSV, _ -> {}).require();
        if (summary.imported() != count) {
            throw new AssertionError("expected " + count + " imported, got " + summary);
        }
        return inventory.batches().find(batch.id()).require();
    }

    public static ImportSummary importText(Inventory inventory, Batch batch, ImportFormat format,
            byte[] file, List<LineResult> results) throws IOException {
        return inventory.batches().importSims(TESTER, batch.id(), new ByteArrayInputStream(file),
                format, results::add).require();
    }

    public static Order confirmedOrder(Inventory inventory, Account account, Product product,
            long quantity) {
        Order order = inventory.orders().quote(TESTER, account.id(), product.id(), quantity, "here")
                .require();
        return step(inventory, order, OrderAction.CONFIRM);
    }

    public static Order step(Inventory inventory, Order order, OrderAction action) {
        return inventory.orders().act(TESTER, Scope.OPERATOR, order.id(), action, null, null)
                .require();
    }

    /** An order that has come all the way. */
    public static Order received(Inventory inventory, Account account, Product product,
            long quantity) {
        Order order = confirmedOrder(inventory, account, product, quantity);
        for (OrderAction action : List.of(OrderAction.ALLOCATE, OrderAction.KIT, OrderAction.SHIP,
                OrderAction.RECEIVE)) {
            order = step(inventory, order, action);
        }
        return order;
    }

    /** SIMs in service of an account: of a stock made for it, numbered. */
    public static List<Sim> activeSims(Inventory inventory, Account account, Product product,
            long from, long count) throws IOException {
        stock(inventory, product, from, count);
        Order order = received(inventory, account, product, count);
        List<Sim> active = new ArrayList<>();
        for (Sim sim : inventory.sims().list(Scope.OPERATOR, SimFilter.ofOrder(order.id()),
                new PageRequest(PageRequest.MAX_LIMIT, null)).items()) {
            active.add(inventory.sims()
                    .act(TESTER, Scope.OPERATOR, sim.iccid(), SimAction.ACTIVATE, null).require());
        }
        return active;
    }

    public static Iccid iccidOf(long number) {
        return new Iccid(iccid(number));
    }

    public static Imsi imsiOf(long number) {
        return new Imsi(imsi(number));
    }
}
