/*
 * STM32F405 boards: USART1 on PA9 (TX) and PA10 (RX) at 115200 baud. Reception is by interrupt: the
 * receiver holds one byte, and a prediction must not lose the next request. RM0090 sections 8, 30.
 */
#include "stm32f405.h"

#include "../../core/ef.h"
#include "../../hal.h"

#define RCC_AHB1ENR CM_REGISTER(0x40023830u)
#define RCC_APB2ENR CM_REGISTER(0x40023844u)
#define ENABLE_PORT_A (1u << 0)
#define ENABLE_USART1 (1u << 4)
#define GPIOA_MODER CM_REGISTER(0x40020000u)
#define GPIOA_PUPDR CM_REGISTER(0x4002000Cu)
#define GPIOA_AFRH CM_REGISTER(0x40020024u)
#define USART_SR CM_REGISTER(0x40011000u)
#define USART_DR CM_REGISTER(0x40011004u)
#define USART_BRR CM_REGISTER(0x40011008u)
#define USART_CR1 CM_REGISTER(0x4001100Cu)
#define SR_RX_NOT_EMPTY (1u << 5)
#define SR_TX_EMPTY (1u << 7)
/* Enable, transmitter, receiver, receive interrupt. */
#define CR1_RUN ((1u << 13) | (1u << 3) | (1u << 2) | (1u << 5))
#define USART1_IRQ 37u
#define BAUD_HZ 115200u
/* PA9 and PA10: two mode bits, two pull bits and four function bits a pin. */
#define PINS_MASK (15u << 18)
#define PINS_ALTERNATE (10u << 18)
#define PIN_RX_PULL_UP (1u << 20)
#define FUNCTION_MASK (0xFFu << 4)
#define FUNCTION_USART1 (0x77u << 4)

static void receive(void) {
  while ((USART_SR & SR_RX_NOT_EMPTY) != 0) {
    uint8_t byte = (uint8_t)USART_DR;
    ef_feed(&byte, 1);
  }
}

CM_VECTORS const cm_handler stm32f405_vectors[CM_INTERRUPT(USART1_IRQ) + 1] = {
  CM_EXCEPTIONS,
  [CM_SYSTICK] = clock_tick,
  [CM_INTERRUPT(USART1_IRQ)] = receive,
};

const char port_banner[] = BOARD_ID;
static hal_board board;

const hal_board *hal_board_info(void) { return &board; }

static void start_wire(uint32_t clock_hz) {
  RCC_AHB1ENR |= ENABLE_PORT_A;
  RCC_APB2ENR |= ENABLE_USART1;
  GPIOA_MODER = (GPIOA_MODER & ~PINS_MASK) | PINS_ALTERNATE;
  GPIOA_PUPDR = (GPIOA_PUPDR & ~PINS_MASK) | PIN_RX_PULL_UP;
  GPIOA_AFRH = (GPIOA_AFRH & ~FUNCTION_MASK) | FUNCTION_USART1;
  USART_BRR = (clock_hz + BAUD_HZ / 2) / BAUD_HZ;
  USART_CR1 = CR1_RUN;
  CM_NVIC_ISER(USART1_IRQ / 32) = 1u << (USART1_IRQ % 32);
}

void port_start(void) {
  slot_memory slot = slot_find();
  start_wire(clock_start());
  board = (hal_board){
    .id = BOARD_ID,
    .ram = cm_ram,
    .ram_bytes = (uint32_t)(cm_ram_end - cm_ram),
    .slot = slot.bytes,
    .slot_bytes = slot.length,
    .restart = cm_restart,
    .stack_limit = cm_stack_limit,
  };
}

/* Bytes come by interrupt. */
void port_poll(void) {}

uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  uint32_t sent = 0;
  while (sent < length && (USART_SR & SR_TX_EMPTY) != 0) USART_DR = bytes[sent++];
  return sent;
}
