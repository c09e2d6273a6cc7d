package io.cellgate.dataplane.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.LongArrayList;

/**
 * Writes instructions of the kernel's virtual machine (RFC 9669), with labels for jumps:
 *
 * <pre>
 *  0        8     12    16               32                              64
 * +--------+-----+-----+----------------+-------------------------------+
 * | opcode | dst | src |     offset     |           immediate           |
 * +--------+-----+-----+----------------+-------------------------------+
 * </pre>
 *
 * Jumps go forward only, so a program ends. The kernel verifies it when it is loaded.
 */
public final class EbpfAssembler {
    public static final int R0 = 0;
    public static final int R1 = 1;
    public static final int R2 = 2;
    public static final int R3 = 3;
    public static final int R4 = 4;
    public static final int R5 = 5;
    /** R6 to R9 keep their values over calls. */
    public static final int R6 = 6;
    public static final int R7 = 7;
    public static final int R8 = 8;
    public static final int R9 = 9;
    /** The end of the program's stack of 512 octets. */
    public static final int FRAME = 10;

    /** How many octets a load or store moves. */
    public enum Width {
        WORD(0x00, 4), HALF(0x08, 2), BYTE(0x10, 1), DOUBLE(0x18, 8);

        private final int code;
        private final int octets;

        Width(int code, int octets) {
            this.code = code;
            this.octets = octets;
        }

        public int octets() {
            return octets;
        }
    }

    /** What a jump asks of its two operands; comparisons are of unsigned values. */
    public enum Condition {
        EQUAL(0x10),
        GREATER(0x20),
        NOT_LESS(0x30),
        ANY_BIT(0x40),
        NOT_EQUAL(0x50),
        LESS(0xa0),
        NOT_GREATER(0xb0);

        private final int code;

        Condition(int code) {
            this.code = code;
        }
    }

    /** Arithmetic on 64 bits. */
    public enum Operation {
        ADD(0x00),
        SUBTRACT(0x10),
        MULTIPLY(0x20),
        MODULO(0x90),
        OR(0x40),
        AND(0x50),
        SHIFT_LEFT(0x60),
        SHIFT_RIGHT(0x70),
        XOR(0xa0),
        MOVE(0xb0);

        private final int code;

        Operation(int code) {
            this.code = code;
        }
    }

    private static final int ALU64_IMMEDIATE = 0x07;
    private static final int ALU64_REGISTER = 0x0f;
    private static final int JUMP_IMMEDIATE = 0x05;
    private static final int JUMP_REGISTER = 0x0d;
    private static final int LOAD = 0x61;
    private static final int STORE = 0x63;
    private static final int STORE_IMMEDIATE = 0x62;
    private static final int LOAD_MAP = 0x18;
    private static final int PSEUDO_MAP_FD = 1;
    private static final int PSEUDO_MAP_VALUE = 2;
    private static final int ATOMIC_DOUBLE = 0xdb;
    private static final int ATOMIC_ADD = 0x00;
    private static final int ATOMIC_FETCH = 0x01;
    private static final int LOAD_PACKET = 0x20;
    private static final int TO_BIG_ENDIAN = 0xdc;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int GOTO = 0x05;

    private final LongArrayList words = new LongArrayList();
    private final Map<String, Integer> labels = new HashMap<>();
    private final Map<Integer, String> jumps = new HashMap<>();

    private void emit(int opcode, int dst, int src, int offset, int immediate) {
        words.addLong(opcode | (long) dst << 8 | (long) src << 12 | (offset & 0xffffL) << 16
                | (long) immediate << 32);
    }

    public EbpfAssembler label(String name) {
        if (labels.putIfAbsent(name, words.size()) != null) {
            throw new IllegalArgumentException("label " + name + " stands twice");
        }
        return this;
    }

    public EbpfAssembler operate(Operation operation, int dst, int immediate) {
        emit(operation.code | ALU64_IMMEDIATE, dst, 0, 0, immediate);
        return this;
    }

    public EbpfAssembler operateRegister(Operation operation, int dst, int src) {
        emit(operation.code | ALU64_REGISTER, dst, src, 0, 0);
        return this;
    }

    public EbpfAssembler move(int dst, int immediate) {
        return operate(Operation.MOVE, dst, immediate);
    }

    public EbpfAssembler copy(int dst, int src) {
        return operateRegister(Operation.MOVE, dst, src);
    }

    public EbpfAssembler add(int dst, int immediate) {
        return operate(Operation.ADD, dst, immediate);
    }

    /** Turns the lowest bits of a register from the machine's order into network order, or back. */
    public EbpfAssembler swap(int dst, int bits) {
        emit(TO_BIG_ENDIAN, dst, 0, 0, bits);
        return this;
    }

    public EbpfAssembler load(Width width, int dst, int src, int offset) {
        emit(LOAD | width.code, dst, src, offset, 0);
        return this;
    }

    /** Loads from a packet into R0, in network order; in programs of sockets only, with the context in R6. */
    EbpfAssembler loadPacket(Width width, int offset) {
        emit(LOAD_PACKET | width.code, 0, 0, 0, offset);
        return this;
    }

    public EbpfAssembler store(Width width, int dst, int offset, int src) {
        emit(STORE | width.code, dst, src, offset, 0);
        return this;
    }

    public EbpfAssembler storeValue(Width width, int dst, int offset, int immediate) {
        emit(STORE_IMMEDIATE | width.code, dst, 0, offset, immediate);
        return this;
    }

    /** Puts a map into a register, for a call. */
    public EbpfAssembler map(int dst, int mapFd) {
        emit(LOAD_MAP, dst, PSEUDO_MAP_FD, 0, mapFd);
        emit(0, 0, 0, 0, 0);
        return this;
    }

    /** Puts the address of the only value of a map, and so many octets on, into a register. */
    EbpfAssembler mapValue(int dst, int mapFd, int offset) {
        emit(LOAD_MAP, dst, PSEUDO_MAP_VALUE, 0, mapFd);
        emit(0, 0, 0, 0, offset);
        return this;
    }

    /** Puts 64 bits into a register. */
    EbpfAssembler constant(int dst, long value) {
        emit(LOAD_MAP, dst, 0, 0, (int) value);
        emit(0, 0, 0, 0, (int) (value >>> 32));
        return this;
    }

    /** Adds a register to 64 bits in memory, as one step for all processors. */
    EbpfAssembler atomicAdd(int dst, int offset, int src) {
        emit(ATOMIC_DOUBLE, dst, src, offset, ATOMIC_ADD);
        return this;
    }

    /**
     * The same, and the register gets what stood there before: every access that comes before it is done before it, every
     * one that comes after it after (RFC 9669 §5.3).
     */
    EbpfAssembler fetchAdd(int dst, int offset, int src) {
        emit(ATOMIC_DOUBLE, dst, src, offset, ATOMIC_ADD | ATOMIC_FETCH);
        return this;
    }

    public EbpfAssembler jump(String label) {
        jumps.put(words.size(), label);
        emit(GOTO, 0, 0, 0, 0);
        return this;
    }

    public EbpfAssembler jumpIf(Condition condition, int dst, int immediate, String label) {
        jumps.put(words.size(), label);
        emit(condition.code | JUMP_IMMEDIATE, dst, 0, 0, immediate);
        return this;
    }

    public EbpfAssembler jumpIfRegister(Condition condition, int dst, int src, String label) {
        jumps.put(words.size(), label);
        emit(condition.code | JUMP_REGISTER, dst, src, 0, 0);
        return this;
    }

    /** Calls one of the kernel's functions, by its number in linux/bpf.h; R1 to R5 are lost, R0 is what it returns. */
    public EbpfAssembler call(int function) {
        emit(CALL, 0, 0, 0, function);
        return this;
    }

    public EbpfAssembler exit() {
        emit(EXIT, 0, 0, 0, 0);
        return this;
    }

    /** Returns this value. */
    public EbpfAssembler exit(int value) {
        return move(R0, value).exit();
    }

    /** The program, 8 octets an instruction. */
    MemorySegment assemble(Arena arena) {
        MemorySegment program = arena.allocate(8L * words.size(), 8);
        for (int i = 0; i < words.size(); i++) {
            long word = words.getLong(i);
            String label = jumps.get(i);
            if (label != null) {
                Integer target = labels.get(label);
                if (target == null || target <= i) {
                    throw new IllegalStateException(
                            "label " + label + ": expected it after the jump to it");
                }
                word |= (target - i - 1 & 0xffffL) << 16;
            }
            program.set(ValueLayout.JAVA_LONG, 8L * i, word);
        }
        return program;
    }
}
