package io.cellgate.bench.load;

import io.cellgate.inventory.Inventory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Active SIMs in a data folder, written into its database as rows: the orders and activations of tens of thousands would take
 * longer than what is to be measured. The folder's gateway must not run.
 *
 * @param fleet which they are in, or null
 */
public record SimRows(String product, String batch, String account, @Nullable String fleet) {
    private static final String INSERT = """
            insert into sim (iccid, imsi, product, batch, state, intended, account, fleet, created_at, changed_at, revision)
            values (?, ?, ?, ?, 'active', 'active', ?, ?, 0, 0, 1)""";
    private static final int ROWS_AT_ONCE = 10_000;

    /** Writes SIMs with IMSIs that follow one another. */
    public void write(Path folder, long firstImsi, int sims) throws SQLException {
        try (Connection connection = DriverManager
                .getConnection("jdbc:sqlite:" + Inventory.fileIn(folder).file());
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            connection.setAutoCommit(false);
            for (int i = 0; i < sims; i++) {
                insert.setString(1, iccid(i));
                insert.setString(2, Long.toString(firstImsi + i));
                insert.setString(3, product);
                insert.setString(4, batch);
                insert.setString(5, account);
                insert.setString(6, fleet);
                insert.addBatch();
                if ((i + 1) % ROWS_AT_ONCE == 0) {
                    int[] _ = insert.executeBatch();
                }
            }
            int[] _ = insert.executeBatch();
            connection.commit();
        }
    }

    /** The ICCID of the nth SIM, with its check digit (ITU-T E.118, ISO/IEC 7812-1 Annex B). */
    public static String iccid(int n) {
        String digits = "8949210%011d".formatted(n);
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? 2 * digit : digit;
            sum += doubled / 10 + doubled % 10;
        }
        return digits + (10 - sum % 10) % 10;
    }
}
