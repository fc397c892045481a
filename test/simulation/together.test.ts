import { simulatedSales } from './simulated-sales.test-support.ts';

simulatedSales('together', 300);
