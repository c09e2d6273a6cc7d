package io.cellgate.inventory.batch;

/** What became of a manufacturer's file. Blank lines and the header are not counted. */
public record ImportSummary(long imported, long unchanged, long duplicates, long rejected) {
    static final ImportSummary NONE = new ImportSummary(0, 0, 0, 0);

    public long lines() {
        return imported + unchanged + duplicates + rejected;
    }

    ImportSummary plus(LineResult.Verdict verdict) {
        return switch (verdict) {
            case IMPORTED -> new ImportSummary(imported + 1, unchanged, duplicates, rejected);
            case UNCHANGED -> new ImportSummary(imported, unchanged + 1, duplicates, rejected);
            case DUPLICATE -> new ImportSummary(imported, unchanged, duplicates + 1, rejected);
            case REJECTED -> new ImportSummary(imported, unchanged, duplicates, rejected + 1);
        };
    }
}
